//! What the accounts that payments are posted to are called in the general ledger of the books.

use serde::{Deserialize, Serialize};

use super::form::{FieldProblem, Problem, is_blank, parse_line};

/// Most characters of the name or number of an account.
pub const GL_ACCOUNT_LENGTH_MAX: usize = 100;

/// Names or numbers of accounts, as the books have them; empty where none was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GlAccounts {
    /// Income of card surcharges.
    pub surcharge: String,
    /// Expense of the processor's fees.
    pub fees: String,
    /// Early-payment discounts and discounts for paying by bank.
    pub discounts: String,
}

impl GlAccounts {
    /// What was typed, as it is kept.
    ///
    /// # Errors
    /// `surcharge_account`, `fees_account`, `discounts_account`: `TooLong`; the first `Required` where
    /// surcharges are taken.
    pub fn read(&self, takes_surcharges: bool) -> Result<Self, FieldProblem> {
        let line = |field: &str, text: &str| {
            parse_line(text, GL_ACCOUNT_LENGTH_MAX)
                .map_err(|problem| FieldProblem { field: field.to_owned(), problem })
        };
        let surcharge = line("surcharge_account", &self.surcharge)?;
        if takes_surcharges && is_blank(&surcharge) {
            let field = "surcharge_account".to_owned();
            return Err(FieldProblem { field, problem: Problem::Required });
        }
        Ok(Self {
            surcharge,
            fees: line("fees_account", &self.fees)?,
            discounts: line("discounts_account", &self.discounts)?,
        })
    }
}
