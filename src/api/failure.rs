//! What callers are told when something was refused or failed, and what the log is told.

use super::error::{ApiError, Conflict};
use crate::{
    domain::{form::Problem, permission::DutiesError, quote::QuoteError},
    services::{
        autopay::InviteError, change::ChangeError, charge::ConfirmError, contact_roles::RoleError,
        contacts::ContactError, custom_fields::FieldError, expectations::ExpectationError,
        files::FileError, invoice_mail::InvoiceMailError, list_views, mail::MailError,
        methods::SetupError, notes::NoteError, pay_links::PayLinkError, payments::FollowError,
        portal_view, quotes::MakeQuoteError, sign_in::SignInError, statements::SendError,
        tasks::TaskError, team::TeamError, workflows::WorkflowError,
    },
    storage::StorageError,
};

/// What a caller is told about a failure, and its cause for the log.
pub struct Failure {
    pub(super) told: ApiError,
    pub(super) cause: Option<String>,
}

impl Failure {
    pub(super) const fn told(told: ApiError) -> Self {
        Self { told, cause: None }
    }

    const fn conflict(conflict: Conflict) -> Self {
        Self::told(ApiError::Conflict(conflict))
    }

    fn because(told: ApiError, cause: &impl ToString) -> Self {
        Self { told, cause: Some(cause.to_string()) }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy => Self::because(ApiError::TryAgain, &error),
            error => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

impl From<QuoteError> for Failure {
    fn from(error: QuoteError) -> Self {
        let conflict = match error {
            QuoteError::Empty => Conflict::NothingChosen,
            QuoteError::TooMany => Conflict::TooManyInvoices,
            QuoteError::MixedCurrencies => Conflict::MixedCurrencies,
            QuoteError::NotPayable(_) => Conflict::AlreadyBeingPaid,
            QuoteError::MethodNotAccepted(_) => Conflict::MethodNotAccepted,
            QuoteError::PaymentsOff => Conflict::PaymentsOff,
            QuoteError::Repeated(_) => Conflict::NothingChosen,
            QuoteError::AmountOutOfRange { .. } => Conflict::AmountOutOfRange,
            QuoteError::OnlyWhole(_) => Conflict::OnlyWhole,
            QuoteError::Money(error) => return Self::because(ApiError::Internal, &error),
        };
        Self::conflict(conflict)
    }
}

impl From<MakeQuoteError> for Failure {
    fn from(error: MakeQuoteError) -> Self {
        match error {
            MakeQuoteError::NotFound => Self::told(ApiError::NotFound),
            MakeQuoteError::Quote(error) => error.into(),
            MakeQuoteError::Storage(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for Failure {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::NotFound | ConfirmError::NotAgreed => Self::told(ApiError::NotFound),
            ConfirmError::AlreadyBeingPaid { .. } => Self::conflict(Conflict::AlreadyBeingPaid),
            ConfirmError::PriceChanged => Self::conflict(Conflict::PriceChanged),
            ConfirmError::Quote(error) => error.into(),
            ConfirmError::Unavailable => Self::because(ApiError::TryAgain, &error),
            ConfirmError::Follow(error) => Self::because(ApiError::Internal, &error),
            ConfirmError::Storage(error) => error.into(),
        }
    }
}

impl From<FollowError> for Failure {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Gateway(error) => Self::because(ApiError::TryAgain, &error),
            FollowError::Storage(error) => error.into(),
            error => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::NotFound => Self::told(ApiError::NotFound),
            SetupError::Gateway(error) => Self::because(ApiError::TryAgain, &error),
            SetupError::Storage(error) => error.into(),
        }
    }
}

impl From<ContactError> for Failure {
    fn from(error: ContactError) -> Self {
        match error {
            ContactError::FromBooks => Self::conflict(Conflict::FromBooks),
            ContactError::Change(error) => error.into(),
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::First => Self::conflict(Conflict::FirstRole),
            RoleError::Change(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(problem) => Self::told(ApiError::Invalid(problem)),
            ChangeError::NotFound => Self::told(ApiError::NotFound),
            ChangeError::Changed => Self::conflict(Conflict::ChangedMeanwhile),
            ChangeError::Storage(error) => error.into(),
        }
    }
}

impl From<ExpectationError> for Failure {
    fn from(error: ExpectationError) -> Self {
        match error {
            ExpectationError::Closed => Self::conflict(Conflict::NothingOpen),
            ExpectationError::NotFromHere => {
                Self::told(ApiError::invalid("status", Problem::NotAChoice))
            }
            ExpectationError::Change(error) => error.into(),
        }
    }
}

impl From<portal_view::ViewError> for Failure {
    fn from(error: portal_view::ViewError) -> Self {
        match error {
            portal_view::ViewError::NotFound => Self::told(ApiError::NotFound),
            portal_view::ViewError::ShowsOthers => Self::conflict(Conflict::ShowsOthers),
            portal_view::ViewError::Storage(error) => error.into(),
        }
    }
}

impl From<PayLinkError> for Failure {
    fn from(error: PayLinkError) -> Self {
        match error {
            PayLinkError::NotFound => Self::told(ApiError::NotFound),
            PayLinkError::NothingOpen => Self::conflict(Conflict::NothingOpen),
            PayLinkError::PaymentsOff => Self::conflict(Conflict::PaymentsOff),
            PayLinkError::TooMany => Self::told(ApiError::TooMany),
            PayLinkError::Storage(error) => error.into(),
        }
    }
}

impl From<TeamError> for Failure {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::Duties(DutiesError::OwnerLimited) => Self::conflict(Conflict::OwnerLimited),
            TeamError::Duties(DutiesError::OwnButSettings) => {
                Self::conflict(Conflict::OwnButSettings)
            }
            TeamError::NotTheirs => Self::conflict(Conflict::NotYoursToGive),
            TeamError::LastOwner => Self::conflict(Conflict::LastOwner),
            TeamError::Code(error) => error.into(),
            TeamError::Change(error) => error.into(),
        }
    }
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::NotTheirs => Self::told(ApiError::Forbidden),
            TaskError::Change(error) => error.into(),
        }
    }
}

impl From<NoteError> for Failure {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::NotTheirs => Self::told(ApiError::Forbidden),
            NoteError::TooLate => Self::conflict(Conflict::TooLate),
            NoteError::Change(error) => error.into(),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Refused(_) => Self::told(ApiError::Refused),
            FileError::Forbidden => Self::told(ApiError::Forbidden),
            FileError::Vault(error) => Self::because(ApiError::TryAgain, &error),
            FileError::Change(error) => error.into(),
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Invalid { field, problem } => {
                Self::told(ApiError::invalid(field, problem))
            }
            SignInError::Refused => Self::told(ApiError::Refused),
            SignInError::TooMany => Self::told(ApiError::TooMany),
            SignInError::Storage(error) => error.into(),
            error => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<MailError> for Failure {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Storage(error) => error.into(),
            MailError::Render(error) => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotFound => Self::told(ApiError::NotFound),
            SendError::NothingToSay => Self::conflict(Conflict::NothingToSay),
            SendError::Nobody => Self::conflict(Conflict::ReachesNobody),
            SendError::Mail(error) => error.into(),
        }
    }
}

impl From<InviteError> for Failure {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NotFound => Self::told(ApiError::NotFound),
            InviteError::NotOffered => Self::conflict(Conflict::AutopayNotOffered),
            InviteError::Nobody => Self::conflict(Conflict::ReachesNobody),
            InviteError::Mail(error) => error.into(),
        }
    }
}

impl From<InvoiceMailError> for Failure {
    fn from(error: InvoiceMailError) -> Self {
        match error {
            InvoiceMailError::NotFound => Self::told(ApiError::NotFound),
            InvoiceMailError::NothingOpen => Self::conflict(Conflict::NothingOpen),
            InvoiceMailError::Nobody => Self::conflict(Conflict::ReachesNobody),
            InvoiceMailError::Changed => Self::conflict(Conflict::ChangedMeanwhile),
            InvoiceMailError::Mail(error) => error.into(),
        }
    }
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::TooMany => Self::conflict(Conflict::TooManyFields),
            FieldError::Change(error) => error.into(),
        }
    }
}

impl From<WorkflowError> for Failure {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::InUse => Self::conflict(Conflict::InUse),
            WorkflowError::Change(error) => error.into(),
        }
    }
}

impl From<list_views::ViewError> for Failure {
    fn from(error: list_views::ViewError) -> Self {
        match error {
            list_views::ViewError::NotTheirs => Self::conflict(Conflict::NotYourView),
            list_views::ViewError::Change(error) => error.into(),
        }
    }
}
