//! Letters about invoices that go to whoever pays: to whom, and what they say of an invoice.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        contact::MailKind, ids::CustomerId, pay_link::PAY_PATH, payment_override::PortalAccess,
    },
    email::StatementLine,
    services::{
        World,
        company::Company,
        mail::{self, MailError},
        pay_links::{self, LetterLinks},
        queue,
    },
    storage::{
        self, Session, StorageError,
        contact_roles::RoleRow,
        contacts::ContactRow,
        customers::CustomerRow,
        invoices::{BilledInvoiceRow, InvoiceRow},
    },
    ui::format::money,
};

/// Most people to whom one letter goes (product.md §2.6).
pub const READERS_MAX: usize = 15;

/// Most invoices that are listed in each part; the portal has all of them.
pub(super) const LINES_MAX: usize = 50;

/// What a job that mails the letters of a day needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRun {
    /// The day they belong to.
    pub day: NaiveDate,
    /// The customer behind whom to go on; from the first when none.
    pub after: Option<CustomerId>,
}

impl LetterRun {
    /// Queues it as a job of a kind. The caller commits.
    pub(super) async fn hand_over(
        &self,
        session: &mut Session,
        world: &World,
        kind: &str,
    ) -> Result<(), StorageError> {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        queue::once(session, world, (kind, &format!("{kind}:{}:{after}", self.day)), self).await
    }

    /// Has those behind a customer seen to by another run, so that other jobs need not wait long.
    pub(super) async fn go_on(
        &self,
        world: &World,
        kind: &str,
        after: CustomerId,
    ) -> Result<(), StorageError> {
        let mut session = world.db.begin().await?;
        let next = Self { day: self.day, after: Some(after) };
        next.hand_over(&mut session, world, kind).await?;
        Ok(session.commit().await?)
    }
}

/// Of a customer's contacts those to whom its mail of a kind goes by their role: the oldest first, and no
/// more than one letter goes to.
pub fn addressed(contacts: &[ContactRow], roles: &[RoleRow], kind: MailKind) -> Vec<ContactRow> {
    let gets = |contact: &&ContactRow| {
        let role = roles.iter().find(|role| role.id == contact.role_id);
        role.is_some_and(|role| role.switches().gets(kind))
    };
    let mut readers: Vec<ContactRow> = contacts.iter().filter(gets).cloned().collect();
    readers.sort_by_key(|contact| contact.id);
    readers.truncate(READERS_MAX);
    readers
}

/// Contacts to whom a customer's mail of a kind goes.
pub(super) async fn readers(
    session: &mut Session,
    id: CustomerId,
    kind: MailKind,
) -> Result<Vec<ContactRow>, StorageError> {
    let roles = storage::contact_roles::all(session).await?;
    let contacts = storage::contacts::all(session, id).await?;
    Ok(addressed(&contacts, &roles, kind))
}

/// How whoever pays comes from a letter to its invoices.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Where all of them can be seen; none where the portal does not let the customer in.
    pub(super) portal_url: Option<String>,
    /// A link for each of them that is listed, where the customer pays by links.
    pub(super) links: LetterLinks,
    /// What stands before a key in the address of a link.
    pub(super) pay_url: String,
}

/// How a customer comes from a letter to the invoices that it lists.
pub(super) async fn ways(
    session: &mut Session,
    world: &World,
    company: &Company,
    (customer, listed): (&CustomerRow, &[InvoiceRow]),
    portal_url: &str,
    actor: &str,
) -> Result<Ways, StorageError> {
    let overrides = storage::payment_overrides::read(&customer.payment_overrides)?;
    let access = overrides.online.access(company.date_of(world.now()));
    let mut ways = Ways::default();
    if access.lets_in() {
        ways.portal_url = Some(portal_url.to_owned());
    }
    if access == PortalAccess::LinksOnly && company.policy.enabled {
        ways.links = pay_links::of_letter(session, world, customer.id, listed, actor).await?;
        let site = portal_url.strip_suffix("/portal").unwrap_or(portal_url);
        ways.pay_url = format!("{site}{PAY_PATH}");
    }
    Ok(ways)
}

/// Those of some invoices that a letter lists: the first of each currency.
pub(super) fn listed<'a>(rows: impl IntoIterator<Item = &'a BilledInvoiceRow>) -> Vec<InvoiceRow> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let is_listed = |row: &&'a BilledInvoiceRow| {
        let count = counts.entry(row.invoice.currency.code().to_owned()).or_default();
        *count += 1;
        *count <= LINES_MAX
    };
    rows.into_iter().filter(is_listed).map(|row| row.invoice.clone()).collect()
}

/// Goes on with the next customer when the letters of one cannot be made, by a fault of ours or of its
/// row: it is logged, and others do not wait for it. When the database failed, nobody goes on.
pub(super) fn unless_broken(id: CustomerId, done: Result<(), MailError>) -> Result<(), MailError> {
    match done {
        Err(error @ (MailError::Render(_) | MailError::Storage(StorageError::Inconsistent(_)))) => {
            tracing::error!(customer.id = %id, %error, "no letter could be made");
            Ok(())
        }
        done => done,
    }
}

/// What a letter to whoever pays says of an invoice.
pub(super) fn line(row: &BilledInvoiceRow, payer: CustomerId, today: NaiveDate) -> StatementLine {
    let BilledInvoiceRow { invoice, buyer } = row;
    let amount = |minor| money(minor, invoice.currency.code());
    let settled = invoice.total_minor - invoice.balance_minor;
    let mut parts = vec![format!("due {}", mail::day(invoice.due_on)), amount(invoice.total_minor)];
    if settled > 0 {
        parts.push(format!("{} paid or credited", amount(settled)));
    }
    let is_held = invoice.reserved_minor >= invoice.balance_minor;
    if let Some(on) = invoice.settled_on {
        parts.push(format!("settled {}", mail::day(on)));
    } else {
        match invoice.reserved_minor {
            0 => {}
            _ if is_held => parts.push("a payment is in process".to_owned()),
            part => parts.push(format!("a payment of {} is in process", amount(part))),
        }
        if !is_held && invoice.due_on < today {
            parts.push("overdue".to_owned());
        }
    }
    let label = if invoice.customer_id == payer {
        invoice.number.clone()
    } else {
        format!("{} ({buyer})", invoice.number)
    };
    StatementLine {
        label,
        detail: parts.join(" · "),
        amount: amount(invoice.balance_minor),
        id: invoice.id.to_string(),
        pay_url: None,
    }
}
