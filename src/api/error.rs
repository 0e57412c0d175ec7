//! The only error on the wire. Codes only: without JavaScript this value travels in the page's
//! address, where anyone can read it or forge it, so it may choose among our own sentences and
//! never carry one.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::domain::form::{FieldProblem, Problem};

/// Everything a caller can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code", content = "detail")]
pub enum ApiError {
    /// What was typed has a problem.
    #[error("a field has a problem")]
    Invalid(FieldProblem),
    /// Nobody is signed in.
    #[error("sign-in required")]
    SignInRequired,
    /// Signed in, and no account chosen yet.
    #[error("an account must be chosen")]
    AccountRequired,
    /// The portal is closed to the account; its first page says whom to ask.
    #[error("the portal is closed")]
    PortalClosed,
    /// The code or password does not fit.
    #[error("refused")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany,
    /// Not for this person.
    #[error("not permitted")]
    Forbidden,
    /// Not there, or not theirs: the two look the same.
    #[error("not found")]
    NotFound,
    /// The state of things does not allow it.
    #[error("conflict")]
    Conflict(Conflict),
    /// The processor or the database could not be reached in time; nothing happened.
    #[error("try again later")]
    TryAgain,
    /// A fault of ours.
    #[error("internal error")]
    Internal,
    /// The network failed (seen by the browser only).
    #[error("the server could not be reached")]
    Unreachable,
}

/// Why the state of things does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Another payment holds or has paid the invoices.
    AlreadyBeingPaid,
    /// The price is no longer what was shown.
    PriceChanged,
    /// An amount is not between the smallest one and what closes its invoice.
    AmountOutOfRange,
    /// An amount does not close its invoice, and the seller takes no partial payments.
    OnlyWhole,
    /// The method is not accepted for these invoices.
    MethodNotAccepted,
    /// Online payments are switched off.
    PaymentsOff,
    /// Invoices of different currencies.
    MixedCurrencies,
    /// Nothing was chosen.
    NothingChosen,
    /// More invoices than one payment may hold.
    TooManyInvoices,
    /// Somebody else changed it after it was read.
    ChangedMeanwhile,
    /// The time to change it is over.
    TooLate,
    /// It is the role of new contacts of the books.
    FirstRole,
    /// The books have it so; it cannot be changed here.
    FromBooks,
    /// An owner may do and see everything.
    OwnerLimited,
    /// Settings and users concern every customer.
    OwnButSettings,
    /// Only who has something may give it, and nobody changes their own duties.
    NotYoursToGive,
    /// There would be no owner left.
    LastOwner,
    /// Nothing is open on the invoice any more.
    NothingOpen,
    /// Somebody on our side looks at the portal in a payer's place.
    OnlyLooking,
    /// The portal would show customers whom whoever asks does not see.
    ShowsOthers,
    /// There are as many custom fields as there may be.
    TooManyFields,
    /// Only who made a view, or keeps the settings, changes it.
    NotYourView,
    /// Customers have it, or it is the company's.
    InUse,
    /// Nothing is open, and nothing was settled lately.
    NothingToSay,
    /// No contact gets mail of this kind by their role.
    ReachesNobody,
    /// Autopay is on, or cannot be set up by this customer.
    AutopayNotOffered,
}

impl ApiError {
    /// A problem of one field.
    pub fn invalid(field: &str, problem: Problem) -> Self {
        Self::Invalid(FieldProblem { field: field.to_owned(), problem })
    }

    /// The HTTP status it answers with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 422,
            Self::SignInRequired | Self::AccountRequired | Self::Refused => 401,
            Self::Forbidden | Self::PortalClosed => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::TooMany => 429,
            Self::TryAgain | Self::Unreachable => 503,
            Self::Internal => 500,
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::invalid("", Problem::NotAChoice),
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::Internal,
        }
    }
}
