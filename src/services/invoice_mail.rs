//! A single e-mail about an open invoice, to those who read the mail of whoever pays it
//! (product.md §2.9).

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        contact::MailKind,
        ids::{InvoiceId, MessageId},
        invoice_mail::InvoiceMail,
    },
    email::StatementAccount,
    services::{
        World, company, history,
        letters::{self, Ways},
        mail::{self, INVOICE_MAIL, Letter, LetterKind, MailError},
        staff::Staff,
    },
    storage::{
        self, Session, StorageError, contacts::ContactRow, customers::CustomerRow,
        invoices::BilledInvoiceRow,
    },
    ui::format::money,
};

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum InvoiceMailError {
    /// There is no such invoice, or whoever asks does not see it or who pays it.
    #[error("not found")]
    NotFound,
    /// Nothing is open on it any more.
    #[error("nothing is open")]
    NothingOpen,
    /// No contact gets messages by their role.
    #[error("it would reach nobody")]
    Nobody,
    /// It would reach others than those who were shown.
    #[error("the readers changed")]
    Changed,
    /// The message could not be made.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl From<StorageError> for InvoiceMailError {
    fn from(error: StorageError) -> Self {
        Self::Mail(error.into())
    }
}

impl From<sqlx::Error> for InvoiceMailError {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

/// An invoice about which somebody may be written to.
#[derive(Clone, Debug)]
pub struct Addressed {
    /// The invoice, and who bought.
    pub row: BilledInvoiceRow,
    /// Who pays.
    pub payer: CustomerRow,
    /// Those of whoever pays who get messages by their role, the oldest first.
    pub readers: Vec<ContactRow>,
}

impl Addressed {
    /// The addresses of the readers, as they are shown and sent back.
    pub fn addresses(&self) -> String {
        let addresses = self.readers.iter().map(|reader| reader.email.as_str());
        addresses.collect::<Vec<_>>().join(", ")
    }
}

/// The invoice of an id, who pays it, and who reads their mail: somebody has to see the buyer and
/// whoever pays.
///
/// # Errors
/// `NotFound`, `NothingOpen`.
pub async fn find(
    session: &mut Session,
    staff: &Staff,
    id: InvoiceId,
) -> Result<Addressed, InvoiceMailError> {
    let sight = staff.sight();
    let found = storage::invoices::find_seen(session, id, sight).await?;
    let invoice = found.ok_or(InvoiceMailError::NotFound)?.invoice;
    let buyer = storage::customers::find_seen(session, invoice.customer_id, sight).await?;
    let buyer = buyer.ok_or(InvoiceMailError::NotFound)?;
    let payer = storage::customers::find_seen(session, buyer.bill_to_id, sight).await?;
    let payer = payer.ok_or(InvoiceMailError::NotFound)?;
    if invoice.balance_minor <= 0 || invoice.voided_on.is_some() {
        return Err(InvoiceMailError::NothingOpen);
    }
    let readers = letters::readers(session, payer.id, MailKind::Reminder).await?;
    Ok(Addressed { row: BilledInvoiceRow { invoice, buyer: buyer.name }, payer, readers })
}

/// Sends what somebody wrote, with the invoice, to those who were shown: `shown` are their addresses.
///
/// # Errors
/// `NotFound`, `NothingOpen`, `Nobody`, `Changed`.
pub async fn send(
    world: &World,
    staff: &Staff,
    portal_url: &str,
    id: InvoiceId,
    shown: &str,
    words: &InvoiceMail,
) -> Result<(), InvoiceMailError> {
    let mut session = world.db.begin().await?;
    let found = find(&mut session, staff, id).await?;
    if found.readers.is_empty() {
        return Err(InvoiceMailError::Nobody);
    }
    let to = found.addresses();
    if to != shown {
        return Err(InvoiceMailError::Changed);
    }
    let Addressed { row, payer, readers } = found;
    let company = company::load(&mut session).await?;
    let actor = staff.actor();
    let about = (&payer, std::slice::from_ref(&row.invoice));
    let ways: Ways =
        letters::ways(&mut session, world, &company, about, portal_url, &actor).await?;
    let told = ways.links.told.iter().map(|(whose, _)| *whose);
    history::hold_all(&mut session, told.chain([payer.id, row.invoice.customer_id])).await?;
    let today = company.date_of(world.now());
    let letter = Letter {
        kind: LetterKind::Invoice(words, row.invoice.id),
        customer: &payer,
        accounts: vec![account(&row, &payer, today)],
        ways: &ways,
        occasion: world.new_id::<MessageId>().to_string(),
        actor: &actor,
    };
    for reader in &readers {
        mail::letter(&mut session, world, &company, &letter, reader).await?;
    }
    let after =
        history::facts([("message", INVOICE_MAIL), ("to", &to), ("subject", &words.subject)]);
    let activity = Activity::new(ActivityKind::Message, &actor, after);
    let of_invoice = Activity { invoice_id: Some(id), ..activity };
    let mut rows = ways.links.told;
    rows.push((row.invoice.customer_id, of_invoice));
    history::write_all(&mut session, world, rows).await?;
    session.announce(payer.id);
    Ok(session.commit().await?)
}

/// What the e-mail says of the invoice below what somebody wrote: what is still to be paid, without
/// what is on its way.
fn account(
    row: &BilledInvoiceRow,
    payer: &CustomerRow,
    today: chrono::NaiveDate,
) -> StatementAccount {
    let amount = money(row.invoice.item().payable(), row.invoice.currency.code());
    let line = letters::line(row, payer.id, today);
    StatementAccount {
        outstanding: amount.clone(),
        overdue: String::new(),
        open: vec![crate::email::StatementLine { amount, ..line }],
        more_open: 0,
        paid: Vec::new(),
        more_paid: 0,
    }
}
