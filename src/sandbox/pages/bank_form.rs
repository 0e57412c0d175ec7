//! The form for a bank account. What is typed is read here and the number is dropped here.

use super::fields::{Field, Fields, Problems, digits, is_digits};
use crate::{
    domain::routing_number,
    sandbox::{
        numbers::{self, ACCOUNTS, Behaviour, ROUTING_NUMBER},
        params::Params,
    },
};

const TYPES: [(&str, &str); 2] = [("checking", "Checking"), ("savings", "Savings")];
const HOLDERS: [(&str, &str); 2] = [("company", "Company"), ("person", "Person")];

/// What was typed, as far as it is kept.
#[derive(Debug)]
pub(super) struct BankAccount {
    pub(super) last4: String,
    pub(super) behaviour: Behaviour,
    /// For the fingerprint.
    pub(super) number: &'static str,
}

/// The fields of the form. The account number is `number`, never what was typed before.
pub(super) fn fields(values: &Params, problems: &Problems, routing: &str, number: &str) -> String {
    let form = Fields { values, problems };
    let field = |name, label, attributes| Field { name, label, is_half: false, attributes };
    let half = |name, label, attributes| Field { name, label, is_half: true, attributes };
    let digits = "inputmode=\"numeric\" autocomplete=\"off\" required";
    let holder = "autocomplete=\"organization\" required";
    [
        form.input_with(&field("routing", "Routing number", digits), routing),
        form.input_with(&field("account", "Account number", digits), number),
        form.select(&half("type", "Account type", ""), &TYPES),
        form.select(&half("holder", "Holder", ""), &HOLDERS),
        form.input(&field("holder_name", "Name of the holder", holder)),
    ]
    .concat()
}

/// The list of test accounts.
pub(super) fn numbers() -> String {
    let rows: String = ACCOUNTS
        .iter()
        .enumerate()
        .map(|(index, account)| {
            format!(
                "<li><a href=\"?fill={index}\"><code>{}</code></a> \
                 <span class=\"soft\">{}</span></li>\n",
                account.number, account.says
            )
        })
        .collect();
    format!(
        "<section class=\"sheet\" aria-labelledby=\"numbers\"><h2 id=\"numbers\">Test accounts</h2>\
         <p class=\"soft\">Routing number <code>{ROUTING_NUMBER}</code></p>\n\
         <ul class=\"numbers\">\n{rows}</ul></section>"
    )
}

/// The routing and account number to fill in, by the account's place in the list.
pub(super) fn filled(index: &str) -> (&'static str, &'static str) {
    let account = index.parse().ok().and_then(|index: usize| ACCOUNTS.get(index));
    account.map_or(("", ""), |account| (ROUTING_NUMBER, account.number))
}

/// Reads the form.
pub(super) fn read(values: &Params) -> Result<BankAccount, Problems> {
    let mut problems = Problems::default();
    let routing = digits(values.raw("routing"));
    if let Some(problem) = routing_problem(&routing) {
        problems.add("routing", problem);
    }
    let is_person = values.raw("holder") == "person";
    if !HOLDERS.iter().any(|(value, _)| *value == values.raw("holder")) {
        problems.add("holder", "Choose company or person.");
    }
    if !TYPES.iter().any(|(value, _)| *value == values.raw("type")) {
        problems.add("type", "Choose checking or savings.");
    }
    match values.raw("holder_name").trim().chars().count() {
        0 => problems.add("holder_name", "Type the name of the account's holder."),
        1..=200 => {}
        _ => problems.add("holder_name", "This name is too long."),
    }
    let account = read_account(&digits(values.raw("account")), is_person, &mut problems);
    match account {
        Some(account) if problems.is_empty() => Ok(account),
        _ => Err(problems),
    }
}

fn routing_problem(routing: &str) -> Option<String> {
    if routing.is_empty() {
        return Some("Type the routing number.".to_owned());
    }
    if !is_digits(routing) {
        return Some("A routing number has digits only.".to_owned());
    }
    if routing.len() != 9 {
        let count = routing.len();
        return Some(format!("A routing number has nine digits. This one has {count}."));
    }
    if !routing_number::is_valid(routing) {
        return Some("This routing number has a typing error.".to_owned());
    }
    (routing != ROUTING_NUMBER)
        .then(|| format!("Test numbers only: take {ROUTING_NUMBER}. Never type a real one here."))
}

fn read_account(number: &str, is_person: bool, problems: &mut Problems) -> Option<BankAccount> {
    let account = numbers::find_account(number);
    let problem = match account {
        _ if number.is_empty() => "Type the account number.",
        _ if !is_digits(number) => "An account number has digits only.",
        None => "Test numbers only: take one of the list below. Never type a real one here.",
        Some(account) if account.behaviour == Behaviour::CannotBeVerified => {
            "The test deposits could not be sent to this account. Take another one."
        }
        Some(account) => {
            let of_person = account.of_person.filter(|_| is_person);
            return Some(BankAccount {
                last4: numbers::last4(account.number).to_owned(),
                behaviour: of_person.unwrap_or(account.behaviour),
                number: account.number,
            });
        }
    };
    problems.add("account", problem);
    None
}
