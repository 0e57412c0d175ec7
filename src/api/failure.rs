//! What callers are told when something was refused or failed, and what the log is told.

use super::error::{ApiError, Conflict};
use crate::{
    domain::{
        form::{FieldProblem, Problem},
        permission::DutiesError,
        quote::QuoteError,
    },
    services::{
        change::ChangeError, charge::ConfirmError, contact_roles::RoleError,
        contacts::ContactError, customers::AssignError, expectations::ExpectationError,
        file_types::FileTypeError, files::FileError, mail::MailError, methods::SetupError,
        notes::NoteError, payments::FollowError, portal_view::ViewError, profiles::ProfileError,
        quotes::MakeQuoteError, sign_in::SignInError, statements::SendError, tasks::TaskError,
        team::TeamError, workflows::WorkflowError,
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
            QuoteError::AmountOutOfRange { .. } => Conflict::PriceChanged,
            QuoteError::Money(error) => return Self::because(ApiError::Internal, &error),
        };
        Self::told(ApiError::Conflict(conflict))
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
            ConfirmError::NotFound => Self::told(ApiError::NotFound),
            ConfirmError::AlreadyBeingPaid { .. } => {
                Self::told(ApiError::Conflict(Conflict::AlreadyBeingPaid))
            }
            ConfirmError::PriceChanged => Self::told(ApiError::Conflict(Conflict::PriceChanged)),
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
            ContactError::Invalid { field, problem } => {
                Self::told(ApiError::invalid(field, problem))
            }
            ContactError::NotFound => Self::told(ApiError::NotFound),
            ContactError::FromBooks => Self::told(ApiError::Conflict(Conflict::FromBooks)),
            ContactError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ContactError::Storage(error) => error.into(),
        }
    }
}

impl From<RoleError> for Failure {
    fn from(error: RoleError) -> Self {
        match error {
            RoleError::Invalid { field, problem } => {
                Self::told(ApiError::Invalid(FieldProblem { field: field.to_owned(), problem }))
            }
            RoleError::NotFound => Self::told(ApiError::NotFound),
            RoleError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            RoleError::First => Self::told(ApiError::Conflict(Conflict::FirstRole)),
            RoleError::Storage(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::told(ApiError::NotFound),
            ChangeError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ChangeError::Storage(error) => error.into(),
        }
    }
}

impl From<ExpectationError> for Failure {
    fn from(error: ExpectationError) -> Self {
        match error {
            ExpectationError::NotFound => Self::told(ApiError::NotFound),
            ExpectationError::Closed => Self::told(ApiError::Conflict(Conflict::NothingOpen)),
            ExpectationError::NotFromHere => {
                Self::told(ApiError::invalid("status", Problem::NotAChoice))
            }
            ExpectationError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ExpectationError::Storage(error) => error.into(),
        }
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::NotFound => Self::told(ApiError::NotFound),
            ViewError::ShowsOthers => Self::told(ApiError::Conflict(Conflict::ShowsOthers)),
            ViewError::Storage(error) => error.into(),
        }
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Invalid(problem) => Self::told(ApiError::Invalid(problem)),
            ProfileError::NotFound => Self::told(ApiError::NotFound),
            ProfileError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ProfileError::Storage(error) => error.into(),
        }
    }
}

impl From<AssignError> for Failure {
    fn from(error: AssignError) -> Self {
        match error {
            AssignError::NotFound => Self::told(ApiError::NotFound),
            AssignError::Invalid(problem) => Self::told(ApiError::invalid("specialist", problem)),
            AssignError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            AssignError::Storage(error) => error.into(),
        }
    }
}

impl From<TeamError> for Failure {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::Invalid { field, problem } => Self::told(ApiError::invalid(field, problem)),
            TeamError::Duties(DutiesError::OwnerLimited) => {
                Self::told(ApiError::Conflict(Conflict::OwnerLimited))
            }
            TeamError::Duties(DutiesError::OwnButSettings) => {
                Self::told(ApiError::Conflict(Conflict::OwnButSettings))
            }
            TeamError::NotFound => Self::told(ApiError::NotFound),
            TeamError::NotTheirs => Self::told(ApiError::Conflict(Conflict::NotYoursToGive)),
            TeamError::LastOwner => Self::told(ApiError::Conflict(Conflict::LastOwner)),
            TeamError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            TeamError::Code(error) => error.into(),
            TeamError::Storage(error) => error.into(),
        }
    }
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::Invalid { field, problem } => Self::told(ApiError::invalid(field, problem)),
            TaskError::NotFound => Self::told(ApiError::NotFound),
            TaskError::NotTheirs => Self::told(ApiError::Forbidden),
            TaskError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            TaskError::Storage(error) => error.into(),
        }
    }
}

impl From<NoteError> for Failure {
    fn from(error: NoteError) -> Self {
        match error {
            NoteError::Invalid(problem) => Self::told(ApiError::invalid("body", problem)),
            NoteError::NotFound => Self::told(ApiError::NotFound),
            NoteError::NotTheirs => Self::told(ApiError::Forbidden),
            NoteError::TooLate => Self::told(ApiError::Conflict(Conflict::TooLate)),
            NoteError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            NoteError::Storage(error) => error.into(),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Invalid { field, problem } => Self::told(ApiError::invalid(field, problem)),
            FileError::Refused(_) => Self::told(ApiError::Refused),
            FileError::NotFound => Self::told(ApiError::NotFound),
            FileError::Forbidden => Self::told(ApiError::Forbidden),
            FileError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            FileError::Vault(error) => Self::because(ApiError::TryAgain, &error),
            FileError::Storage(error) => error.into(),
        }
    }
}

impl From<FileTypeError> for Failure {
    fn from(error: FileTypeError) -> Self {
        match error {
            FileTypeError::Invalid { field, problem } => {
                Self::told(ApiError::invalid(field, problem))
            }
            FileTypeError::NotFound => Self::told(ApiError::NotFound),
            FileTypeError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            FileTypeError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Invalid { field, problem } => {
                Self::told(ApiError::Invalid(FieldProblem { field: field.to_owned(), problem }))
            }
            SignInError::Refused => Self::told(ApiError::Refused),
            SignInError::TooMany => Self::told(ApiError::TooMany),
            SignInError::Storage(error) => error.into(),
            error => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotFound => Self::told(ApiError::NotFound),
            SendError::NothingToSay => Self::told(ApiError::Conflict(Conflict::NothingToSay)),
            SendError::Nobody => Self::told(ApiError::Conflict(Conflict::ReachesNobody)),
            SendError::Mail(MailError::Storage(error)) => error.into(),
            SendError::Mail(MailError::Render(error)) => Self::because(ApiError::Internal, &error),
        }
    }
}

impl From<WorkflowError> for Failure {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Invalid(problem) => Self::told(ApiError::Invalid(problem)),
            WorkflowError::InUse => Self::told(ApiError::Conflict(Conflict::InUse)),
            WorkflowError::Change(error) => error.into(),
        }
    }
}
