//! How our own types are stored: identifiers, currencies and words as text.

use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

use crate::domain::{
    activity::ActivityKind,
    autopay::{AttemptState, AutopayTiming, EnrolmentState},
    column::ListKind,
    contact::ContactSource,
    custom_field::{FieldKind, FieldLevel},
    expectation::ExpectationStatus,
    file::{FileKind, Visibility},
    hierarchy::BillingPreference,
    ids::{
        ActivityId, ApplicationId, AttemptId, ContactId, CreditId, CustomerId, EnrolmentId,
        FieldId, FileId, FileTypeId, ImportId, InvoiceId, JobId, MessageId, MethodId, NoteId,
        NotificationId, OpeningId, OptionId, PayLinkId, PayLinkKeyId, PaymentId, PromiseId,
        QuoteId, RefundId, RoleId, SessionId, StaffUserId, StepId, TaskId, TemplateId,
        TransactionId, ViewId, WorkflowId,
    },
    invoice::DocumentKind,
    ledger::Account,
    method::{Funding, MethodKind},
    money::Currency,
    notification::{NotificationKind, NotificationKinds},
    pay_link::PayLinkState,
    payment::PaymentState,
    permission::{Permissions, Role},
    profile::Books,
    promise::PromiseStatus,
    statement::StatementChoice,
    task::{CallOutcome, TaskKind},
    workflow::Tone,
};

macro_rules! stored_as_text {
    ($($name:ty => $encode:expr, $decode:expr;)*) => {$(
        impl<DB: Database> Type<DB> for $name where String: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name where String: Encode<'q, DB> {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let encode: fn(&$name) -> String = $encode;
                encode(self).encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name where &'r str: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <&str as Decode<DB>>::decode(value)?;
                let decode: fn(&str) -> Option<$name> = $decode;
                decode(text).ok_or_else(|| {
                    format!("{text:?} is no {}", stringify!($name)).into()
                })
            }
        }
    )*};
}

macro_rules! ids {
    ($($name:ty)*) => { stored_as_text! { $(
        $name => ToString::to_string, |text| text.parse().ok();
    )* } };
}

ids! {
    ActivityId ApplicationId ContactId CreditId CustomerId ImportId InvoiceId JobId MessageId
    MethodId NoteId NotificationId OpeningId PayLinkId PayLinkKeyId PaymentId PromiseId QuoteId
    RefundId RoleId SessionId StaffUserId TaskId TemplateId TransactionId FieldId OptionId ViewId
    FileId FileTypeId WorkflowId StepId EnrolmentId AttemptId
}

stored_as_text! {
    AttemptState => |s| s.as_str().to_owned(), AttemptState::from_word;
    AutopayTiming => |t| t.as_str().to_owned(), AutopayTiming::from_word;
    EnrolmentState => |s| s.as_str().to_owned(), EnrolmentState::from_word;
    Currency => |c| c.code().to_owned(), Currency::from_code;
    ActivityKind => |k| k.as_str().to_owned(), ActivityKind::from_word;
    Books => |b| b.as_str().to_owned(), Books::from_word;
    ContactSource => |s| s.as_str().to_owned(), ContactSource::from_word;
    ExpectationStatus => |s| s.as_str().to_owned(), ExpectationStatus::from_word;
    FileKind => |k| k.as_str().to_owned(), FileKind::from_word;
    Visibility => |v| v.as_str().to_owned(), Visibility::from_word;
    BillingPreference => |p| p.as_str().to_owned(), BillingPreference::from_word;
    StatementChoice => |c| c.as_str().to_owned(), StatementChoice::from_word;
    Role => |r| r.as_str().to_owned(), Role::from_word;
    Permissions => ToString::to_string, |text| text.parse().ok();
    NotificationKind => |k| k.as_str().to_owned(), NotificationKind::from_word;
    NotificationKinds => ToString::to_string, |text| text.parse().ok();
    TaskKind => |k| k.as_str().to_owned(), TaskKind::from_word;
    PayLinkState => |s| s.as_str().to_owned(), PayLinkState::from_word;
    Tone => |t| t.as_str().to_owned(), Tone::from_word;
    CallOutcome => |o| o.as_str().to_owned(), CallOutcome::from_word;
    Account => |a| a.as_str().to_owned(), Account::from_word;
    PromiseStatus => |s| s.as_str().to_owned(), PromiseStatus::from_word;
    PaymentState => |s| s.as_str().to_owned(), PaymentState::from_word;
    DocumentKind => |k| k.as_str().to_owned(), DocumentKind::from_word;
    MethodKind => |k| k.as_str().to_owned(), MethodKind::from_word;
    FieldLevel => |l| l.as_str().to_owned(), FieldLevel::from_word;
    FieldKind => |k| k.as_str().to_owned(), FieldKind::from_word;
    ListKind => |l| l.as_str().to_owned(), ListKind::from_word;
    Funding => |f| f.as_str().to_owned(), |text| Some(Funding::from_word(text));
}
