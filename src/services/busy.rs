//! Trying a step again while others hold what it needs.

use crate::storage::StorageError;

/// How often a step is tried in all.
const TRIES_MAX: usize = 5;

/// A failure that another try may mend: others held what was needed, and nothing was kept.
pub(super) trait MayBeBusy {
    /// Whether it is one.
    fn is_busy(&self) -> bool;
}

impl MayBeBusy for StorageError {
    fn is_busy(&self) -> bool {
        matches!(self, Self::Busy)
    }
}

/// Tries of one step. A count beside the loop and not a function around the step: futures of closures
/// that borrow are not known to be fit for other threads.
#[derive(Debug, Default)]
pub(super) struct Tries {
    failed: usize,
}

impl Tries {
    /// Whether the step, of which nothing was kept, is tried again after a failure.
    ///
    /// # Errors
    /// The failure, when another try cannot mend it or there were enough.
    pub(super) fn again<E: MayBeBusy>(&mut self, failure: E) -> Result<(), E> {
        self.failed += 1;
        if failure.is_busy() && self.failed < TRIES_MAX { Ok(()) } else { Err(failure) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_step_is_tried_five_times() {
        let mut tries = Tries::default();
        for _ in 1..TRIES_MAX {
            assert!(tries.again(StorageError::Busy).is_ok());
        }
        assert!(matches!(tries.again(StorageError::Busy), Err(StorageError::Busy)));
        let other = StorageError::Inconsistent("x".to_owned());
        assert!(Tries::default().again(other).is_err());
    }
}
