//! Why a bank sent a debit back (Nacha return codes), and what that means for us.

/// What becomes of the stored bank account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodFate {
    /// It may be used again.
    Keep,
    /// Not until somebody has looked at it.
    Suspend,
    /// Never again.
    Revoke,
}

/// The rule of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnRule {
    /// The bank's code, such as `R01`.
    pub code: &'static str,
    /// Whether the very same debit may be presented again by itself (R01 and R09 only, at most
    /// twice, within 180 days: Nacha Operating Rules, reinitiation).
    pub may_represent: bool,
    /// What becomes of the bank account.
    pub method: MethodFate,
}

const fn rule(code: &'static str, may_represent: bool, method: MethodFate) -> ReturnRule {
    ReturnRule { code, may_represent, method }
}

const RULES: [ReturnRule; 14] = [
    rule("R01", true, MethodFate::Keep),
    rule("R02", false, MethodFate::Revoke),
    rule("R03", false, MethodFate::Revoke),
    rule("R04", false, MethodFate::Revoke),
    rule("R05", false, MethodFate::Suspend),
    rule("R07", false, MethodFate::Revoke),
    rule("R08", false, MethodFate::Keep),
    rule("R09", true, MethodFate::Keep),
    rule("R10", false, MethodFate::Revoke),
    rule("R11", false, MethodFate::Suspend),
    rule("R16", false, MethodFate::Suspend),
    rule("R20", false, MethodFate::Revoke),
    rule("R29", false, MethodFate::Revoke),
    rule("R31", false, MethodFate::Keep),
];

/// The rule of a code. A code we do not know suspends the account until somebody has looked.
pub fn rule_of(code: &str) -> ReturnRule {
    let known = RULES.into_iter().find(|rule| rule.code == code);
    known.unwrap_or(rule("other", false, MethodFate::Suspend))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_funds_may_be_presented_again() {
        let again: Vec<&str> = RULES.iter().filter(|r| r.may_represent).map(|r| r.code).collect();
        assert_eq!(again, ["R01", "R09"]);
        assert_eq!(rule_of("R03").method, MethodFate::Revoke);
        assert_eq!(rule_of("R77").method, MethodFate::Suspend);
    }
}
