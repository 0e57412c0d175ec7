//! What a caller is told when custom fields, their values or views were refused.

use super::{
    error::{ApiError, Conflict},
    failure::Failure,
};
use crate::services::{custom_fields::FieldError, field_values::ValueError, list_views::ViewError};

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::Invalid { input, problem } => Self::told(ApiError::invalid(input, problem)),
            FieldError::NotFound => Self::told(ApiError::NotFound),
            FieldError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            FieldError::TooMany => Self::told(ApiError::Conflict(Conflict::TooManyFields)),
            FieldError::Storage(error) => error.into(),
        }
    }
}

impl From<ValueError> for Failure {
    fn from(error: ValueError) -> Self {
        match error {
            ValueError::Invalid(field, problem) => Self::told(ApiError::invalid(&field, problem)),
            ValueError::NotFound => Self::told(ApiError::NotFound),
            ValueError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ValueError::Storage(error) => error.into(),
        }
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Invalid(input, problem) => Self::told(ApiError::invalid(input, problem)),
            ViewError::NotFound => Self::told(ApiError::NotFound),
            ViewError::NotTheirs => Self::told(ApiError::Conflict(Conflict::NotYourView)),
            ViewError::Changed => Self::told(ApiError::Conflict(Conflict::ChangedMeanwhile)),
            ViewError::Storage(error) => error.into(),
        }
    }
}
