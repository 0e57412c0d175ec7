//! Identifiers: UUID version 7 (ordered by the time they were made), written as text.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was made for this kind of thing.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                // Only the form that we write ourselves, so that one row has one address.
                let uuid = Uuid::try_parse(text).map_err(|_| BadId)?;
                if uuid.hyphenated().to_string() == text { Ok(Self(uuid)) } else { Err(BadId) }
            }
        }
    )*};
}

ids! {
    /// A company that owes.
    CustomerId
    /// A person at a customer who may sign in to the portal.
    ContactId
    /// What contacts of a kind are sent.
    RoleId
    /// A person on our side.
    StaffUserId
    /// A demand for payment.
    InvoiceId
    /// Credit of a customer: a credit memo, unapplied cash, an overpayment.
    CreditId
    /// One receipt of money.
    PaymentId
    /// "This much of that payment or credit pays this invoice".
    ApplicationId
    /// A priced basket, shown to a payer.
    QuoteId
    /// A stored card or bank account (a token of the processor's).
    MethodId
    /// A set of postings that adds up to zero.
    TransactionId
    /// Money given back.
    RefundId
    /// A queued job.
    JobId
    /// A message sent by the system.
    MessageId
    /// A run of an import.
    ImportId
    /// A row of a customer's history.
    ActivityId
    /// A note of ours.
    NoteId
    /// A field of the company's own.
    FieldId
    /// A value of a list that such a field offers.
    OptionId
    /// A view of a list that was kept under a name.
    ViewId
    /// A document that was uploaded.
    FileId
    /// A type of documents.
    FileTypeId
    /// A signed-in browser.
    SessionId
    /// Work for somebody on our side.
    TaskId
    /// What tasks of a kind begin with.
    TemplateId
    /// What somebody on our side is told.
    NotificationId
    /// What a customer said it would pay by a day.
    PromiseId
    /// A reminder workflow.
    WorkflowId
    /// A step of one.
    StepId
    /// A link by which one invoice is paid.
    PayLinkId
    /// One of the keys that open such a link.
    PayLinkKeyId
    /// One time that such a link was opened, and what was done then.
    OpeningId
    /// A payer's agreement that invoices are charged by themselves.
    EnrolmentId
    /// One try to charge one invoice by itself.
    AttemptId
}
