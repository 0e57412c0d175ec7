//! Every sentence that a code can become. Pure functions: the same on the server, in the browser
//! and in e-mails. Whoever adds a code adds its sentence here.

pub mod autopay;
pub mod price;
pub mod promise;

use super::format::plural;
use crate::{
    api::error::{ApiError, Conflict},
    domain::{
        company::ContactKind,
        expectation::ExpectationStatus,
        file::{FileRefusal, Visibility},
        form::{FieldProblem, Problem},
        invoice::InvoiceStatus,
        notification::NotificationKind,
        payment::PaymentState,
    },
};

/// What happened, in a few words.
pub fn error_title(error: &ApiError) -> &'static str {
    match error {
        ApiError::Invalid(_) => "Something in the form needs another look",
        ApiError::SignInRequired => "Please sign in again",
        ApiError::AccountRequired => "Choose an account first",
        ApiError::PortalClosed => PORTAL_CLOSED,
        ApiError::Refused => "That did not fit",
        ApiError::TooMany => "Too many attempts",
        ApiError::Forbidden => "You may not do this",
        ApiError::NotFound => "It is not there",
        ApiError::Conflict(conflict) => conflict_title(*conflict),
        ApiError::TryAgain => "This could not be done just now",
        ApiError::Internal => "Something failed on our side",
        ApiError::Unreachable => "We could not be reached",
    }
}

/// What was kept and what to do now.
pub fn error_text(error: &ApiError) -> &'static str {
    match error {
        ApiError::Invalid(problem) => self::problem(problem),
        ApiError::SignInRequired => {
            "You were signed out because nothing happened for a while. Nothing was lost or charged."
        }
        ApiError::AccountRequired => "You may open more than one account. Nothing was changed.",
        ApiError::PortalClosed => "Nothing was changed or charged. Please ask us.",
        ApiError::Refused => "Nothing was changed. Check what you typed and try again.",
        ApiError::TooMany => {
            "For your safety we pause here: for ten minutes, or for up to an hour when many codes \
             were asked for. A new code is sent after that."
        }
        ApiError::Forbidden => "Nothing was changed. Ask whoever manages your access.",
        ApiError::NotFound => {
            "It was removed, or it belongs to another account. Nothing was changed or charged."
        }
        ApiError::Conflict(conflict) => conflict_text(*conflict),
        ApiError::TryAgain => "Nothing was changed or charged. Wait a moment and try again.",
        ApiError::Internal => {
            "If you were paying, look at the list of invoices first: a payment that went through \
             is shown there, and we never charge twice."
        }
        ApiError::Unreachable => {
            "Your connection may be down. What you see may be out of date; try again."
        }
    }
}

/// What was kept and what to do now, for those who keep the books and not for whoever pays.
pub fn staff_error_text(error: &ApiError) -> &'static str {
    match error {
        ApiError::NotFound => "It was removed, or it is not open to you. Nothing was changed.",
        ApiError::TryAgain => {
            "The database did not answer in time. Nothing was changed; wait a moment and try again."
        }
        ApiError::Internal => {
            "Nothing you saved before is lost. Look at what is there now, then try again; if it \
             happens twice, tell whoever runs this server."
        }
        ApiError::Unreachable => {
            "Your connection may be down. Look at what is there once it is back, then try again."
        }
        other => error_text(other),
    }
}

const fn conflict_title(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AlreadyBeingPaid => "One of the invoices is already being paid",
        Conflict::PriceChanged => "The price has changed",
        Conflict::AmountOutOfRange => "An amount cannot be paid any more",
        Conflict::OnlyWhole => "Partial payments are no longer taken",
        Conflict::OwnerLimited => "An owner cannot be limited",
        Conflict::OwnButSettings => "These two do not fit together",
        Conflict::NotYoursToGive => "This is not yours to give",
        Conflict::LastOwner => "There would be no owner left",
        Conflict::TooManyFields => "There are ten of these already",
        Conflict::NotYourView => "Somebody else made this view",
        Conflict::InUse => "It is in use",
        Conflict::NothingToSay => "There is nothing to say",
        Conflict::ReachesNobody => "It would reach nobody",
        Conflict::AutopayNotOffered => "Autopay cannot be set up there",
        Conflict::MethodNotAccepted => "This way to pay is not accepted here",
        Conflict::PaymentsOff => "Online payment is switched off",
        Conflict::MixedCurrencies => "One currency at a time",
        Conflict::NothingChosen => "No invoice was chosen",
        Conflict::TooManyInvoices => "Too many invoices for one payment",
        Conflict::ChangedMeanwhile => "It was changed meanwhile",
        Conflict::TooLate => "It is too late to change this",
        Conflict::FirstRole => "This role stays",
        Conflict::FromBooks => "This comes from your books",
        Conflict::NothingOpen => "Nothing is open on it any more",
        Conflict::OnlyLooking => "You are only looking",
        Conflict::ShowsOthers => "It shows customers of others",
    }
}

const fn conflict_text(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::AlreadyBeingPaid => {
            "Another payment holds it or has settled it. Nothing was charged twice. Your list of \
             invoices shows what is still open."
        }
        Conflict::PriceChanged => {
            "A discount ended or an invoice changed while this page was open. Nothing was charged. \
             Look at the new price and confirm it."
        }
        Conflict::AmountOutOfRange => {
            "Something was paid on the invoice meanwhile, or it changed. Nothing was charged. Look \
             at the amounts again."
        }
        Conflict::OnlyWhole => {
            "The invoices can only be paid whole. Nothing was charged. Look at the amounts again."
        }
        Conflict::MethodNotAccepted => {
            "It cannot pay these invoices. Nothing was charged. Choose another way to pay."
        }
        Conflict::PaymentsOff => {
            "Nothing was charged. Your list of invoices says whom to ask about other ways to pay."
        }
        Conflict::MixedCurrencies => {
            "The invoices are in different currencies. Nothing was charged. Pay each currency by \
             itself."
        }
        Conflict::NothingChosen => "Go back to your invoices and tick what you want to pay.",
        Conflict::TooManyInvoices => {
            "One payment holds up to 1,000 invoices. Nothing was charged. Choose fewer and pay the \
             rest afterwards."
        }
        Conflict::ChangedMeanwhile => {
            "Somebody else saved another version after you opened it. Nothing of theirs was \
             overwritten. Compare the two and save again."
        }
        Conflict::TooLate => "Nothing was changed. Add a note that says what is right.",
        Conflict::OwnerLimited => {
            "An owner may do everything and sees every customer. Choose another role to limit \
             somebody. Nothing was changed."
        }
        Conflict::OwnButSettings => {
            "Settings and users concern every customer. Take those two permissions away, or let \
             them see all customers. Nothing was changed."
        }
        Conflict::NotYoursToGive => {
            "Only owners make and change owners, nobody gives what they may not do themselves, and \
             nobody changes their own role. Nothing was changed."
        }
        Conflict::LastOwner => {
            "Somebody has to be able to do everything. Make another user an owner first. Nothing \
             was changed."
        }
        Conflict::TooManyFields => {
            "Customers and invoices have up to ten fields each. Remove one that nobody needs. \
             Nothing was changed."
        }
        Conflict::NotYourView => {
            "Only who made it, or keeps the settings, can change it. Nothing was changed. Save what \
             you see as a view of your own."
        }
        Conflict::InUse => {
            "Customers have it, or it is the one of customers without their own. Nothing was \
             changed. Give them another first."
        }
        Conflict::NothingToSay => {
            "No invoice is open, and none was settled lately. Nothing was sent."
        }
        Conflict::ReachesNobody => {
            "No contact gets mail of this kind by their role. Nothing was sent. Give a contact such \
             a role first, under Contacts."
        }
        Conflict::AutopayNotOffered => {
            "It is on already, somebody else pays the invoices, or they cannot be paid in the portal. \
             Nothing was sent."
        }
        Conflict::FirstRole => {
            "Contacts of your books get it. Change its name or what it gets instead."
        }
        Conflict::FromBooks => {
            "Only the role can be changed here. Nothing was changed. Change the rest in your books."
        }
        Conflict::OnlyLooking => {
            "Whoever looks at the portal in a customer’s place changes nothing in it. Nothing was \
             changed."
        }
        Conflict::ShowsOthers => {
            "This customer pays for others whom you do not see, so its portal is not shown to you."
        }
        Conflict::NothingOpen => {
            "It was paid or withdrawn meanwhile, so no money is expected. Nothing was changed."
        }
    }
}

/// How sure it is when the money of an invoice comes.
pub const fn expectation_status(status: ExpectationStatus) -> &'static str {
    match status {
        ExpectationStatus::Predicted => "Predicted",
        ExpectationStatus::Late => "Late",
        ExpectationStatus::Estimated => "Estimated",
        ExpectationStatus::Promised => "Promised",
        ExpectationStatus::OnHold => "On hold",
        ExpectationStatus::Autopay => "Autopay",
        ExpectationStatus::AutopayHold => "Autopay on hold",
    }
}

/// What is wrong with a field and what to do about it.
pub fn problem(problem: &FieldProblem) -> &'static str {
    let field = problem.field.as_str();
    match (field.split_once('.').map_or(field, |(field, _)| field), problem.problem) {
        ("email", Problem::Required) => "Enter an e-mail address.",
        ("email", Problem::AlreadyUsed) => "Somebody has this address already. Enter another.",
        ("code", Problem::Required | Problem::NotACode | Problem::TooShort | Problem::TooLong) => {
            "Enter the six digits from the e-mail."
        }
        ("password" | "old", Problem::Required) => "Enter your password.",
        ("password" | "new", Problem::TooShort) => {
            "A password has at least 12 characters. A few words in a row are easy to remember."
        }
        ("password" | "new", Problem::TooLong) => "A password has at most 200 characters.",
        ("password" | "new", Problem::TooEasy) => {
            "Your e-mail address is easy to guess. Choose another password."
        }
        ("old" | "password", Problem::Wrong) => "That is not your password.",
        ("app_code", _) => {
            "That is not the code, or it was used already. Wait for the next one and type that."
        }
        ("mailed_code", _) => "Enter the code from the e-mail: twelve letters and digits.",
        ("role", _) => "Choose a role.",
        ("method", _) => "Choose a way to pay.",
        ("role_id", _) => "Choose a role.",
        ("role_name", Problem::Required) => "Enter a name for the role.",
        ("role_name", Problem::AlreadyUsed) => "There is a role of this name. Choose another.",
        ("field_name", Problem::Required) => "Enter a name for the field.",
        ("field_name", Problem::AlreadyUsed) => "There is a field of this name. Choose another.",
        ("options", Problem::Required) => "Enter at least one value, and no empty ones.",
        ("options", Problem::AlreadyUsed) => "A value stands there twice. Change one of them.",
        ("options", Problem::OutOfRange) => "A list has up to 100 values. Leave some out.",
        ("options", Problem::NotAChoice) => {
            "A value was added or removed meanwhile. Open the field again."
        }
        ("option_id", _) => "A list keeps at least one value. Add another first.",
        ("value_replacement", _) => "Something has this value. Choose which one it gets instead.",
        ("takes_values", _) => "Say that the values may go with the field.",
        ("view_name", Problem::Required) => "Enter a name for the view.",
        ("view_name", Problem::AlreadyUsed) => "You have a view of this name. Choose another.",
        ("view_name", Problem::OutOfRange) => "You have 50 views of this list. Remove one first.",
        ("ids", Problem::Required) => "Choose at least one row.",
        ("ids", _) => "Up to 1,000 rows are changed at a time. Choose fewer.",
        ("replacement", _) => "Somebody has this role. Choose which one they get instead.",
        ("document_name", Problem::Wrong) => {
            "Keep the ending of the name: it says what kind of file this is."
        }
        ("document_name", Problem::NotAChoice) => {
            "A name with a program’s ending in it looks like a trick. Choose another."
        }
        ("document_name", Problem::Required) => "Enter a name for the document.",
        ("document_type", _) => "Choose a type.",
        ("type_name", Problem::Required) => "Enter a name for the type.",
        ("type_name", Problem::AlreadyUsed) => "There is a type of this name. Choose another.",
        ("type_replacement", _) => "Documents have this type. Choose which one they get instead.",
        ("mail_subject", Problem::Required) => "Enter a subject.",
        ("mail_text", Problem::TooLong) => "An e-mail holds up to 5,000 characters. Shorten it.",
        ("body" | "mail_text", Problem::Required) => "Write something first.",
        ("body", Problem::TooLong) => "A note holds up to 5,000 characters. Shorten it.",
        ("body", Problem::NotSeen) => {
            "Somebody you mention cannot see this customer. Take them out of the note, or make them \
             its AR specialist."
        }
        ("body", Problem::Ambiguous) => {
            "Several colleagues have this name. Write @ and the e-mail address of the one you mean."
        }
        ("body", Problem::TooMany) => "A note mentions at most 20 colleagues.",
        ("workflow_name", Problem::Required) => "Enter a name for the workflow.",
        ("workflow_name", Problem::AlreadyUsed) => {
            "There is a workflow of this name. Choose another."
        }
        ("workflow_name", Problem::TooMany) => "There are 100 workflows. Remove one first.",
        ("steps", Problem::AlreadyUsed) => "Another letter is on that day. Choose another day.",
        ("steps", Problem::OutOfRange) => "Enter a number of days from 0 to 365.",
        ("steps", Problem::TooMany) => "A workflow has up to 12 letters. Leave some out.",
        ("card_days", Problem::OutOfRange) => "Enter a number of days from 1 to 365.",
        ("paid_days", Problem::OutOfRange) => "Enter a number of days from 0 to 366.",
        ("title", Problem::Required) => "Say in a few words what is to be done.",
        ("template_name", Problem::Required) => "Enter a name for the template.",
        ("template_name" | "is_template", Problem::AlreadyUsed) => {
            "There is a template of this name. Choose another."
        }
        ("customer", Problem::NotAChoice) => {
            "You have no customer of this number. Type the number as it is in your books."
        }
        ("invoice", Problem::NotAChoice) => "There is no invoice of this number for this customer.",
        ("assignee", Problem::NotSeen) => {
            "They cannot see this customer. Choose somebody else, or make them its AR specialist."
        }
        ("assignee", _) => "Choose somebody of your team.",
        ("due_on", Problem::OutOfRange) => "Choose today or a later day, within ten years.",
        ("outcome", _) => "Say how the call went.",
        ("notes", Problem::TooLong) => "Notes hold up to 5,000 characters. Shorten them.",
        ("company_name", Problem::Required) => "Enter your company’s legal name.",
        ("address" | "check_address", Problem::TooMany) => "An address has up to 6 lines.",
        ("address" | "check_address", Problem::TooLong) => "A line has up to 100 characters.",
        ("time_zone", Problem::Required | Problem::NotAChoice) => {
            "Enter a time zone such as America/New_York."
        }
        ("currency", Problem::NotAChoice) => "Enter the three letters of a currency, such as USD.",
        ("currency", Problem::AlreadyUsed) => {
            "Documents or payment rules hold amounts in your currency, so it stays."
        }
        (
            "contact_phone" | "account_manager_phone" | "support_phone" | "sales_phone",
            Problem::Wrong,
        ) => "Enter a number such as +1 404 555 0142.",
        ("surcharge_account", Problem::Required) => {
            "Enter the account that surcharges are posted to, as your books have it."
        }
        ("surcharge_rate", Problem::OutOfRange) => {
            "A surcharge is from 0.01 % to 2.9 %, with two decimals at most."
        }
        ("discount_rate", Problem::OutOfRange) => {
            "A discount is from 0.01 % to 10 %, with two decimals at most."
        }
        ("starts_on", Problem::OutOfRange) => {
            "Card networks want to know 30 days ahead. Choose a later day."
        }
        ("until" | "expected_on" | "promised_on", Problem::OutOfRange) => {
            "Choose today or a later day."
        }
        ("card_max" | "bank_max", Problem::OutOfRange) => {
            "This is less than the smallest total. No invoice would fit."
        }
        ("expected_on", Problem::Required) => "Choose the day on which the money is expected.",
        ("promised_on", Problem::Required) => "Choose the day by which they pay.",
        ("amount", Problem::OutOfRange) => "This is more than is open on the ticked invoices.",
        ("channel", _) => "Choose how they told you.",
        ("website", Problem::Wrong) => "Enter an address such as www.example.com.",
        ("reason", Problem::Required) => "Choose why it is on hold.",
        ("note", Problem::Required) => "Say in a few words why.",
        ("note", Problem::TooLong) => "Up to 500 characters fit here. Shorten it.",
        ("invoices", Problem::Required) => "Tick at least one invoice.",
        ("invoices", Problem::Ambiguous) => "Tick invoices of one currency.",
        ("invoices", Problem::AlreadyUsed) => {
            "One of them is in another open promise. Take its tick away, or cancel that promise first."
        }
        ("invoices", Problem::NotAChoice) => {
            "Nothing can be promised on one of them any more. Take its tick away."
        }
        ("invoices", Problem::OutOfRange) => "Choose up to 200 invoices at a time.",
        (_, Problem::Required) => "Fill this in.",
        (_, Problem::NotAnEmail) => "Enter an address such as name@example.com.",
        (_, Problem::NotACode) => "Enter six digits.",
        (_, Problem::NotADate) => "Enter a date such as 2026-11-30.",
        (_, Problem::NotAnAmount) => "Enter an amount such as 1,234.56.",
        (_, Problem::NotAChoice) => "Choose one of the options shown.",
        (_, Problem::TooLong) => "This is too long. Shorten it.",
        (_, Problem::TooShort) => "This is too short. Add to it.",
        (_, Problem::AlreadyUsed) => "This is taken already. Choose another.",
        (_, Problem::Wrong) => "That is not right. Check it.",
        (_, Problem::NotAPercentage) => "Enter a percentage such as 2.5.",
        (_, Problem::NotAState) => "Enter the two letters of a state, such as GA.",
        (_, Problem::OutOfRange) => "This is outside of what is allowed.",
        (_, Problem::TooEasy) => "This is too easy to guess. Choose another.",
        (_, Problem::Ambiguous) => "This fits several. Be more exact.",
        (_, Problem::TooMany) => "These are too many. Take some away.",
        (_, Problem::FromBooks) => "This comes from your books. Change it there.",
        (_, Problem::NotSeen) => "They cannot see this customer.",
    }
}

/// What somebody on our side is told, without what it says.
pub const fn notification(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::PaymentReceived => "A payment was received.",
        NotificationKind::PaymentFailed => "A payment failed or was taken back.",
        NotificationKind::TaskAssigned => "A task was assigned to you.",
        NotificationKind::TaskDue => "A task of yours is due today.",
        NotificationKind::Mention => "You were mentioned in a note.",
        NotificationKind::MailFailed => "A message to a customer could not be delivered.",
        NotificationKind::PromiseDue => "A promise to pay is due tomorrow.",
        NotificationKind::PromiseBroken => "A promise to pay was not kept.",
        NotificationKind::Autopay => "Autopay of a customer changed, or needs somebody.",
    }
}

/// Why a document was not taken, and what to do about it.
pub const fn file_refusal(refusal: FileRefusal) -> &'static str {
    match refusal {
        FileRefusal::NoFile => "Choose a file first.",
        FileRefusal::Incomplete => "The file did not arrive whole. Nothing was kept. Try again.",
        FileRefusal::TooLarge => "The file is larger than 25 MB. Make it smaller, or split it.",
        FileRefusal::Empty => "There is nothing in the file. Choose another.",
        FileRefusal::NotTaken => {
            "Only PDF, PNG, JPG, Word (.docx), Excel (.xlsx), CSV and TXT are taken. Save it as one \
             of these."
        }
        FileRefusal::DoubleEnding => {
            "The name has a program’s ending in it, which looks like a trick. Rename the file."
        }
        FileRefusal::NotWhatItSays => {
            "What is in the file does not fit the ending of its name. Save it anew from the program \
             it was made with."
        }
        FileRefusal::Broken => {
            "The file is damaged. Save it anew from the program it was made with."
        }
        FileRefusal::TooTight => "The file unpacks to far more than it is, so it was not opened.",
        FileRefusal::Macros => "The file holds macros. Save it without them, as .docx or .xlsx.",
        FileRefusal::Nested => {
            "Another file is inside of this one. Take it out, and upload it by itself."
        }
        FileRefusal::Active => {
            "The file would run something when it is opened. Print it to a new PDF, or save it \
             without scripts and attachments."
        }
        FileRefusal::Reaches => {
            "It would fetch something from elsewhere when it is shown. Leave that out, or put it inside."
        }
        FileRefusal::Declares => {
            "It declares a document type or entities of its own. Save it as plain SVG, without them."
        }
        FileRefusal::TwoKinds => {
            "The file is two kinds of file at once. Save it anew from the program it was made with."
        }
        FileRefusal::Locked => "The file is locked, so nobody can look into it. Save it unlocked.",
        FileRefusal::Virus => "A virus was found in the file. It was not kept.",
        FileRefusal::TooManyPoints => {
            "The picture has more points than are taken (100 million). Make it smaller."
        }
        FileRefusal::CustomerFull => {
            "A customer can have 10 documents. Remove one that is no longer needed."
        }
        FileRefusal::InvoiceFull => {
            "An invoice can have 5 documents. Remove one that is no longer needed."
        }
        FileRefusal::NoType => "Choose a type. The one you chose may be gone.",
        FileRefusal::Unavailable => "The file could not be kept just now. Try again in a minute.",
    }
}

/// Why a logo was not taken, and what to do about it.
pub const fn logo_refusal(refusal: FileRefusal) -> &'static str {
    match refusal {
        FileRefusal::TooLarge => {
            "A logo has up to 64 kB. Save it without pictures inside, or simplify it."
        }
        FileRefusal::NotWhatItSays => {
            "Only an SVG drawing is taken. Export your logo as plain SVG."
        }
        FileRefusal::Active => {
            "There is more in it than a still drawing: a script, an event handler, an animation, a \
             link or foreign content. Export your logo as plain SVG."
        }
        FileRefusal::TooTight => {
            "It draws its parts over and over, or lays them too deep. Simplify it."
        }
        other => file_refusal(other),
    }
}

/// What somebody of ours is there for.
pub const fn contact_kind(kind: ContactKind) -> &'static str {
    match kind {
        ContactKind::AccountManager => "Account manager",
        ContactKind::Support => "Support",
        ContactKind::Sales => "Sales",
    }
}

/// Who sees a document.
pub const fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Internal => "Internal",
        Visibility::Shared => "Shared",
    }
}

/// A text with a capital letter at its beginning.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A code that was refused, under its field.
pub const CODE_REFUSED: &str =
    "That is not the code, or it is too old. Check the digits, or ask for another code.";

/// The title over whom to call while the portal is closed to an account.
pub const PORTAL_CLOSED: &str = "Your account is not open here at the moment";

/// The title over whom to call while an account pays by the links in our mail.
pub const PAYS_BY_LINKS: &str = "You pay by the links in our mail";

/// The title over whom to call when a pay link is too old.
pub const PAY_LINK_EXPIRED: &str = "This payment link has expired";

/// The title over whom to call when a pay link was taken back.
pub const PAY_LINK_REVOKED: &str = "This payment link is no longer valid";

/// The title of what a used pay link shows.
pub const PAY_LINK_PAID: &str = "This invoice is paid";

/// The title of what a pay link shows while a payment is on its way.
pub const PAY_LINK_CLEARING: &str = "This invoice is being paid";

/// The title of what a pay link shows whose payment came back.
pub const PAY_LINK_TAKEN_BACK: &str = "The payment came back";

/// The title over whom to call while payments are switched off.
pub const PAYMENTS_PAUSED: &str = "Online payment is switched off";

/// `12 days late`, `Due tomorrow`, `Paid`.
pub fn invoice_status(status: InvoiceStatus) -> String {
    match status {
        InvoiceStatus::Paid => "Paid".to_owned(),
        InvoiceStatus::Voided => "Withdrawn".to_owned(),
        InvoiceStatus::Clearing => "Clearing".to_owned(),
        InvoiceStatus::Disputed => "Disputed".to_owned(),
        InvoiceStatus::Overdue { days } => format!("{} late", plural(days, "day", "days")),
        InvoiceStatus::DueSoon { days: 0 } => "Due today".to_owned(),
        InvoiceStatus::DueSoon { days: 1 } => "Due tomorrow".to_owned(),
        InvoiceStatus::DueSoon { days } => format!("Due in {}", plural(days, "day", "days")),
        InvoiceStatus::Open => "Open".to_owned(),
    }
}

/// Where a payment stands. `expected` says when a bank debit usually settles; it may be empty.
pub fn payment_status(state: PaymentState, failure_code: &str, expected: &str) -> String {
    match state {
        PaymentState::Created | PaymentState::Unknown => "Being confirmed".to_owned(),
        PaymentState::RequiresAction => "Waiting for confirmation".to_owned(),
        PaymentState::Processing if expected.is_empty() => "Paid – clearing".to_owned(),
        PaymentState::Processing => format!("Paid – clearing, usually by {expected}"),
        PaymentState::Succeeded => "Paid".to_owned(),
        PaymentState::PartiallyRefunded => "Paid, partly refunded".to_owned(),
        PaymentState::Refunded => "Refunded".to_owned(),
        PaymentState::Returned => format!("Sent back: {}", failure_clause(failure_code)),
        PaymentState::ChargedBack => "Taken back by the card’s bank".to_owned(),
        PaymentState::Failed => format!("Failed: {}", failure_clause(failure_code)),
        PaymentState::Voided => "Not sent".to_owned(),
    }
}

/// What codes of the processor and the bank have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureClass {
    Funds,
    Temporary,
    CardDetails,
    Unconfirmed,
    Account,
    Silent,
}

/// The class and the clause. Whatever hints at loss, theft or fraud reads like any refusal without
/// a reason.
fn failure(code: &str) -> (FailureClass, &'static str) {
    use FailureClass as C;
    match code {
        "insufficient_funds" | "R01" | "R09" => (C::Funds, "the account did not hold enough money"),
        "card_velocity_exceeded"
        | "withdrawal_count_limit_exceeded"
        | "charge_exceeds_source_limit" => {
            (C::Funds, "it was over the limit of the card or account")
        }
        "processing_error" | "try_again_later" | "issuer_not_available" | "reenter_transaction" => {
            (C::Temporary, "the bank could not answer at that moment")
        }
        "expired_card" => (C::CardDetails, "the card has expired"),
        "incorrect_cvc" | "invalid_cvc" => {
            (C::CardDetails, "the security code of the card was not right")
        }
        "incorrect_zip" => (C::CardDetails, "the postal code did not match the card"),
        "incorrect_number" | "invalid_number" => {
            (C::CardDetails, "the number of the card was not right")
        }
        "invalid_expiry_month" | "invalid_expiry_year" => {
            (C::CardDetails, "the expiry date of the card was not right")
        }
        "new_account_information_available" => {
            (C::CardDetails, "the details of the card have changed")
        }
        "authentication_required" | "payment_intent_authentication_failure" => {
            (C::Unconfirmed, "it was not confirmed with the bank")
        }
        "payment_method_currency_mismatch" => {
            (C::Account, "the card or account does not take this currency")
        }
        "account_closed" | "R02" => (C::Account, "the bank account is closed"),
        "no_account" | "R03" => (C::Account, "the bank could not find the account"),
        "invalid_account_number" | "R04" => (C::Account, "the account number was not right"),
        "R05" => (C::Account, "the account does not take debits of this kind"),
        "R07" => (C::Account, "the permission for debits was withdrawn"),
        "R08" | "payment_stopped" => (C::Account, "the payment was stopped at the bank"),
        "R10" | "R29" | "debit_not_authorized" => {
            (C::Account, "the bank was told that the debit was not authorized")
        }
        "R11" | "incorrect_amount_or_date" => {
            (C::Account, "the amount or the date was not as agreed")
        }
        "R16" | "bank_account_restricted" => (C::Account, "the bank account is frozen"),
        "R20" => (C::Account, "that kind of account cannot be debited"),
        "R31" | "bank_account_unusable" => (C::Account, "the bank account cannot be debited"),
        _ if code.starts_with("payment_method_microdeposit") => {
            (C::Account, "the bank account was not verified")
        }
        _ => (C::Silent, "the bank did not give a reason"),
    }
}

/// Why a payment failed or came back, as a clause: `the card has expired`.
pub fn failure_clause(code: &str) -> &'static str {
    failure(code).1
}

/// What a payer can do about it.
pub fn failure_advice(code: &str) -> &'static str {
    match failure(code).0 {
        FailureClass::Funds => "Try again when the money is there, or pay another way.",
        FailureClass::Temporary => "Try again in a while, or pay another way.",
        FailureClass::CardDetails => {
            "Add the card again with the right details, or pay another way."
        }
        FailureClass::Unconfirmed => {
            "Pay again and confirm it when your bank asks, or pay another way."
        }
        FailureClass::Account => "Pay another way, or ask your bank about the account.",
        FailureClass::Silent => "Pay another way, or ask your bank about it.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_theft_and_fraud_read_like_any_refusal() {
        let plain = (failure_clause("generic_decline"), failure_advice("generic_decline"));
        for code in ["lost_card", "stolen_card", "pickup_card", "fraudulent", "merchant_blacklist"]
        {
            assert_eq!((failure_clause(code), failure_advice(code)), plain, "{code}");
        }
    }

    #[test]
    fn statuses_read_as_people_say_them() {
        assert_eq!(invoice_status(InvoiceStatus::Overdue { days: 1 }), "1 day late");
        assert_eq!(invoice_status(InvoiceStatus::DueSoon { days: 0 }), "Due today");
        assert_eq!(
            payment_status(PaymentState::Processing, "", "Thu, Nov 26"),
            "Paid – clearing, usually by Thu, Nov 26"
        );
        assert_eq!(
            payment_status(PaymentState::Returned, "R01", ""),
            "Sent back: the account did not hold enough money"
        );
    }
}
