//! Documents for paper: an invoice and a receipt, gathered from the books.

use chrono::{Datelike, NaiveDate};

use crate::{
    domain::{
        ids::{InvoiceId, PaymentId},
        method::MethodKind,
        money::Rate,
        payment::PaymentState,
        policy::When,
    },
    pdf::{
        DocumentDate, InvoiceDocument, InvoiceLabels, InvoiceLine, LabelledAmount, LabelledText,
        Logo, Paper, Party, PortalLink, ReceiptDocument, ReceiptLabels, ReceiptLine, Remittance,
    },
    services::{
        World,
        company::{self, Company},
        mail::instant,
    },
    storage::{self, Session, StorageError, customers::CustomerRow, invoices::InvoiceRow},
    ui::format::{amount, money},
};

/// A file name of plain characters.
pub fn safe_name(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    text.chars().take(60).map(plain).collect()
}

fn day(date: NaiveDate) -> String {
    date.format("%b %-d, %Y").to_string()
}

fn document_date(date: NaiveDate) -> DocumentDate {
    DocumentDate {
        year: u16::try_from(date.year()).unwrap_or(1),
        month: u8::try_from(date.month()).unwrap_or(1),
        day: u8::try_from(date.day()).unwrap_or(1),
    }
}

fn seller(company: &Company) -> Party {
    let tax_id = &company.profile.tax_id;
    Party {
        name: company.profile.name.clone(),
        lines: company.profile.address.clone(),
        tax_id: (!tax_id.is_empty()).then(|| format!("Tax ID {tax_id}")),
    }
}

fn buyer(customer: &CustomerRow) -> Party {
    Party { name: customer.name.clone(), lines: customer.address_lines(), tax_id: None }
}

fn contact(company: &Company) -> Vec<String> {
    let profile = &company.profile;
    [&profile.contact_name, &profile.contact_phone, &profile.contact_email]
        .into_iter()
        .filter(|line| !line.is_empty())
        .cloned()
        .collect()
}

fn logo(company: &Company) -> Option<Logo> {
    let svg = &company.profile.logo_svg;
    (!svg.is_empty()).then(|| Logo::Svg(svg.clone().into_bytes()))
}

/// Terms in words, with the saving in money while it can still be had.
fn terms_in_words(invoice: &InvoiceRow, today: NaiveDate) -> Option<String> {
    let code = invoice.currency.code();
    let saving = invoice.discount().filter(|offer| offer.is_open_on(today)).and_then(|offer| {
        let left = offer.remaining(invoice.total_minor, invoice.credit_memo_minor).ok()?;
        (left > 0 && invoice.balance_minor > 0).then(|| {
            let percent = offer.rate.percent();
            format!("{percent}% discount ({}) if paid by {}", money(left, code), day(offer.until))
        })
    });
    match (invoice.terms.as_str(), saving) {
        ("", None) => None,
        ("", Some(saving)) => Some(saving),
        (terms, None) => Some(terms.to_owned()),
        (terms, Some(saving)) => Some(format!("{terms}: {saving}")),
    }
}

/// An invoice as it is printed; none when there is no such invoice.
///
/// # Errors
/// When the database fails.
pub async fn invoice(
    session: &mut Session,
    world: &World,
    id: InvoiceId,
    portal_url: &str,
) -> Result<Option<InvoiceDocument>, StorageError> {
    let mut company = company::load(session).await?;
    let Some(invoice) = storage::invoices::find(session, id).await? else { return Ok(None) };
    let Some(customer) = storage::customers::find(session, invoice.customer_id).await? else {
        return Ok(None);
    };
    let payer = storage::customers::find(session, customer.bill_to_id).await?;
    let payer = payer.unwrap_or_else(|| customer.clone());
    let access = company.grant(&payer.payment_overrides, world.now())?;
    let bought_by = (payer.id != customer.id)
        .then(|| LabelledText { label: "Bought by".to_owned(), text: customer.name.clone() });
    let lines = storage::invoices::all_lines(session, id).await?;
    let today = company.date_of(world.now());
    let code = invoice.currency.code();
    let applied = invoice.total_minor - invoice.balance_minor;
    let stamp = match (invoice.voided_on, invoice.balance_minor) {
        (Some(_), _) => Some("Void".to_owned()),
        (None, 0) if invoice.total_minor > 0 => Some("Paid".to_owned()),
        _ => None,
    };
    let is_payable = invoice.balance_minor > 0 && company.policy.enabled;
    let cards = &company.policy.card;
    let takes_cards = is_payable && cards.accepted != When::Never;
    let surcharge = cards.surcharge.as_ref().filter(|_| takes_cards);
    let check = &company.profile.check_address;
    let printed = if lines.is_empty() {
        vec![InvoiceLine {
            description: format!("Invoice {}", invoice.number),
            quantity: String::new(),
            unit_price: String::new(),
            amount: amount(invoice.total_minor - invoice.tax_minor, code),
        }]
    } else {
        lines
            .iter()
            .map(|line| InvoiceLine {
                description: line.description.clone(),
                quantity: line.quantity.normalize().to_string(),
                unit_price: line.unit_price.to_string(),
                amount: amount(line.amount_minor, code),
            })
            .collect()
    };
    Ok(Some(InvoiceDocument {
        paper: paper(&payer),
        language: "en-US".to_owned(),
        labels: InvoiceLabels::default(),
        dated: document_date(invoice.issued_on),
        accent: None,
        logo: logo(&company),
        seller: seller(&company),
        bill_to: buyer(&payer),
        ship_to: None,
        number: invoice.number.clone(),
        stamp,
        issued_on: day(invoice.issued_on),
        due_on: day(invoice.due_on),
        terms: terms_in_words(&invoice, today),
        purchase_order: Some(invoice.po_number.clone()).filter(|po| !po.is_empty()),
        facts: bought_by.into_iter().collect(),
        currency: code.to_owned(),
        lines: printed,
        subtotal: amount(invoice.total_minor - invoice.tax_minor, code),
        discounts: Vec::new(),
        taxes: if invoice.tax_minor == 0 {
            Vec::new()
        } else {
            vec![LabelledAmount {
                label: "Tax".to_owned(),
                amount: amount(invoice.tax_minor, code),
            }]
        },
        freight: None,
        total: amount(invoice.total_minor, code),
        applied: (applied != 0).then(|| amount(-applied, code)),
        balance_due: money(invoice.balance_minor, code),
        portal: (is_payable && access.lets_in()).then(|| PortalLink {
            url: format!("{portal_url}/invoices/{id}"),
            shown: portal_url.split_once("://").map_or(portal_url, |(_, rest)| rest).to_owned(),
        }),
        note: None,
        surcharge_notice: surcharge.map(|rule| {
            format!(
                "Paying by credit card adds a surcharge of up to {}%, which is not more than our \
                 cost of accepting cards. Debit cards and bank payments carry none.",
                rule.rate_max().percent()
            )
        }),
        contact: contact(&company),
        remittance: (!check.is_empty())
            .then(|| Remittance { payable_to: company.profile.name.clone(), lines: check.clone() }),
    }))
}

fn paper(customer: &CustomerRow) -> Paper {
    match super::quotes::billing_place(customer).country.as_deref() {
        Some("US" | "CA" | "MX") => Paper::Letter,
        _ => Paper::A4,
    }
}

/// A payment's receipt as it is printed; none when there is no such payment.
///
/// # Errors
/// When the database fails.
pub async fn receipt(
    session: &mut Session,
    id: PaymentId,
) -> Result<Option<ReceiptDocument>, StorageError> {
    let company = company::load(session).await?;
    let Some(payment) = storage::payments::find(session, id).await? else { return Ok(None) };
    let Some(customer) = storage::customers::find(session, payment.customer_id).await? else {
        return Ok(None);
    };
    let lines = storage::payments::all_lines(session, id).await?;
    let code = payment.currency.code();
    let (status, status_detail) = match payment.state {
        PaymentState::Succeeded => ("Paid", payment.settled_on.map(|d| format!("On {}", day(d)))),
        PaymentState::Processing => {
            ("Submitted", payment.expected_on.map(|d| format!("Usually settles by {}", day(d))))
        }
        PaymentState::PartiallyRefunded => ("Partly refunded", None),
        PaymentState::Refunded => ("Refunded", None),
        PaymentState::Returned => ("Returned", Some("What it had paid is open again.".to_owned())),
        PaymentState::ChargedBack => ("Charged back", None),
        PaymentState::Failed | PaymentState::Voided => ("Not paid", None),
        PaymentState::Created | PaymentState::Unknown | PaymentState::RequiresAction => {
            ("Being confirmed", None)
        }
    };
    let (brand, last_four) = match payment.method_label.split_once(" ••") {
        Some((brand, digits)) => (brand.to_owned(), Some(digits.to_owned())),
        None => (payment.method_label.clone(), None),
    };
    let negative = |minor: i64| if minor == 0 { String::new() } else { amount(-minor, code) };
    let rate = Rate::from_ppm(u32::try_from(payment.surcharge_rate_ppm).unwrap_or(0));
    let left_open: i64 = lines.iter().map(|line| line.line().left_open()).sum();
    let is_bank = payment.method_kind == MethodKind::Bank.as_str();
    Ok(Some(ReceiptDocument {
        paper: paper(&customer),
        language: "en-US".to_owned(),
        labels: ReceiptLabels::default(),
        dated: document_date(payment.received_on),
        accent: None,
        logo: logo(&company),
        merchant: seller(&company),
        payer: buyer(&customer),
        number: payment.reference.clone(),
        status: status.to_owned(),
        status_detail,
        paid_at: instant(&company, payment.created_at),
        method_brand: brand,
        method_last_four: last_four,
        mandate: is_bank.then(|| payment.reference.clone()),
        facts: Vec::new(),
        currency: code.to_owned(),
        lines: lines
            .iter()
            .map(|line| ReceiptLine {
                invoice: line.number.clone(),
                amount: amount(line.payable_minor, code),
                discount: negative(line.early_discount_minor),
                credit: negative(line.cash_credit_minor),
                paid: amount(line.principal_minor + line.bank_discount_minor, code),
            })
            .collect(),
        subtotal: amount(payment.principal_minor + payment.bank_discount_minor, code),
        bank_discount: (payment.bank_discount_minor > 0).then(|| LabelledAmount {
            label: "Discount for paying by bank".to_owned(),
            amount: amount(-payment.bank_discount_minor, code),
        }),
        surcharge: (payment.surcharge_minor > 0).then(|| LabelledAmount {
            label: format!("Credit card surcharge ({}%)", rate.percent()),
            amount: amount(payment.surcharge_minor, code),
        }),
        total_charged: money(payment.charge_minor(), code),
        notice: (left_open > 0).then(|| {
            let left_open = money(left_open, code);
            format!("Partial payment: {left_open} of what was due on these invoices stayed open.")
        }),
        contact: contact(&company),
    }))
}
