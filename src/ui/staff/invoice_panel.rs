//! The panel of one invoice: what it says, what is expected, what was paid, what happened.

use leptos::prelude::*;

use super::{
    documents::{Documents, DocumentsOf, section},
    field_values::{self, FieldValues},
    follow::{Asked, Told, read_while},
    invoice_expectation::{self, Expectation},
    invoice_history,
    invoice_mail::{self, InvoiceMail},
    invoice_pay_link::{self, PayLink},
    list_url::ListAddress,
    panel::{PANEL, TITLE, failure},
    panel_notes::{self, Notes, Subject},
    table::sums,
    words,
};
use crate::{
    api::{
        error::ApiError,
        staff::invoice::{invoice_history as read_history, invoice_panel},
        view::{HistoryView, InvoicePanel, InvoicePaymentView, LineView},
    },
    ui::{
        components::chip::{Chip, InvoiceChip, PaymentChip},
        format,
        hooks::focus,
    },
};

/// What is known of the invoice.
#[derive(Clone, Copy)]
pub struct Invoice {
    found: Asked<InvoicePanel>,
    history: Asked<HistoryView>,
    notes: Notes,
    fields: FieldValues,
    documents: Documents,
    expectation: Expectation,
    pay_link: PayLink,
    mail: InvoiceMail,
    address: Memo<ListAddress>,
}

impl Invoice {
    /// Read while the address names an invoice, its history while that tab is open.
    pub fn new(address: Memo<ListAddress>) -> Self {
        let id = Memo::new(move |_| address.with(|address| address.invoice.clone()));
        let asked = Memo::new(move |_| Some(id.get()).filter(|id| !id.is_empty()));
        let found = read_while(Told::Figures, asked, invoice_panel);
        let while_open = move |tab: Tab| {
            Memo::new(move |_| {
                let is_open = address.with(|address| Tab::of(&address.tab)) == tab;
                asked.get().filter(|_| is_open)
            })
        };
        let of_history = while_open(Tab::History);
        let part = Memo::new(move |_| {
            let id = of_history.get()?;
            Some((id, address.with(|address| address.history.older.clone())))
        });
        let history = read_while(Told::Figures, part, |(id, older): (String, String)| {
            read_history(id, older.parse().unwrap_or(0))
        });
        let notes = Notes::of_invoice(while_open(Tab::Notes), address);
        let fields = FieldValues::of_invoice(id);
        let documents = while_open(Tab::Documents);
        let documents = Documents::new(Memo::new(move |_| {
            let invoice_id = documents.get()?;
            // Whose it is, is known to whoever keeps it.
            Some(DocumentsOf { customer_id: String::new(), invoice_id })
        }));
        let expectation = invoice_expectation::desk(id, move || found.refetch());
        let pay_link = PayLink::new(while_open(Tab::Details));
        let mail = InvoiceMail::new(id, while_open(Tab::Details));
        Self { found, history, notes, fields, documents, expectation, pay_link, mail, address }
    }
}

/// A tab of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    /// What it says.
    Details,
    /// What happened.
    History,
    /// What we noted.
    Notes,
    /// Files.
    Documents,
}

impl Tab {
    /// The tab of a word in the address.
    fn of(word: &str) -> Self {
        match word {
            "history" => Self::History,
            "notes" => Self::Notes,
            "documents" => Self::Documents,
            _ => Self::Details,
        }
    }

    /// The word in the address; the first tab needs none.
    const fn word(self) -> &'static str {
        match self {
            Self::Details => "",
            Self::History => "history",
            Self::Notes => "notes",
            Self::Documents => "documents",
        }
    }
}

/// The panel, below its bar.
pub fn content(invoice: Invoice, skeleton: fn() -> AnyView) -> AnyView {
    let Invoice { found, history, notes, fields, documents, expectation, pay_link, mail, address } =
        invoice;
    let id = Memo::new(move |_| address.with(|address| address.invoice.clone()));
    let tab = Memo::new(move |_| address.with(|address| Tab::of(&address.tab)));
    let head = move || {
        Suspend::new(async move {
            match found.await {
                Some(Ok(found)) => view! { <Head found=found address=address/> }.into_any(),
                Some(Err(error)) => failed(error),
                None => ().into_any(),
            }
        })
    };
    let body = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let found = found.await.and_then(Result::ok);
            found.map(|found| details(&found))
        })
    };
    // What somebody writes is not made anew when the invoice is read again.
    let subject = Memo::new(move |_| {
        let row = found.get().flatten().and_then(Result::ok)?.row;
        Some(Subject { customer_id: row.customer_id, invoice_id: row.id })
    });
    let noted = move || subject.get().map(|subject| panel_notes::tab(notes, subject));
    view! {
        <Transition fallback=skeleton>{head}</Transition>
        {move || match tab.get() {
            Tab::History => invoice_history::tab(history, address),
            Tab::Documents => {
                let (invoice_id, back) =
                    address.with_untracked(|address| (address.invoice.clone(), address.href()));
                section(documents, DocumentsOf { customer_id: String::new(), invoice_id }, back)
            }
            Tab::Notes => view! { <Transition>{noted}</Transition> }.into_any(),
            Tab::Details => view! {
                {invoice_expectation::section(found, expectation)}
                {invoice_pay_link::section(pay_link, id)}
                {invoice_mail::section(mail)}
                <Transition>{body}</Transition>
                <div class="panel__body panel__body--after">{field_values::section(fields)}</div>
            }
            .into_any(),
        }}
    }
    .into_any()
}

fn failed(error: ApiError) -> AnyView {
    let title = if error == ApiError::NotFound { "No such invoice" } else { "Invoice" };
    failure(error, title)
}

#[component]
fn Head(found: InvoicePanel, address: Memo<ListAddress>) -> AnyView {
    // The heading was not there yet when the panel opened.
    Effect::new(|_| focus::pass_focus(PANEL, TITLE));
    let row = &found.row;
    let customer_id = row.customer_id.clone();
    let href = move || address.with(|address| address.with_panel(&customer_id).href());
    let discount = (!row.discount_until.is_empty()).then(|| {
        let text = format!("Discount until {}", row.discount_until);
        view! { " " <Chip kind="discount" text=text/> }
    });
    let money = |minor: i64| format::money(minor, &row.currency);
    let last = if row.settled.is_empty() {
        view! { <dt>"Due"</dt><dd>{row.due.clone()}</dd> }
    } else {
        view! { <dt>"Settled"</dt><dd>{row.settled.clone()}</dd> }
    };
    view! {
        <header class="panel__head">
            <div>
                <h2 class="panel__title" id=TITLE tabindex="-1">{row.number.clone()}</h2>
                <p class="panel__sub">
                    "Invoice to "
                    <a href=href data-noscroll="">{row.customer.clone()}</a>
                </p>
            </div>
            <div class="panel__chips"><InvoiceChip status=row.status/>{discount}</div>
            <dl class="figures figures--panel">
                <div class="figures__item"><dt>"Outstanding"</dt><dd>{money(row.balance)}</dd></div>
                <div class="figures__item"><dt>"Total"</dt><dd>{money(row.total)}</dd></div>
                <div class="figures__item">{last}</div>
            </dl>
        </header>
        {tabs(&found, address)}
    }
    .into_any()
}

fn tabs(found: &InvoicePanel, address: Memo<ListAddress>) -> impl IntoView + use<> {
    let current = Memo::new(move |_| address.with(|address| Tab::of(&address.tab)));
    let tab = |tab: Tab, label: &'static str| {
        let href = move || address.with(|address| address.with_tab(tab.word()).href());
        let is_current = move || (current.get() == tab).then_some("page");
        view! {
            <a class="tabs__item" href=href aria-current=is_current data-noscroll="">{label}</a>
        }
    };
    view! {
        <nav class="tabs" aria-label="Invoice">
            {tab(Tab::Details, "Details")}
            {found.has_history.then(|| tab(Tab::History, "History"))}
            {tab(Tab::Notes, "Notes")}
            {tab(Tab::Documents, "Documents")}
        </nav>
    }
}

fn details(found: &InvoicePanel) -> AnyView {
    view! {
        <div class="panel__body">
            {facts(found)}
            {payments(found)}
            {lines(found)}
        </div>
    }
    .into_any()
}

fn facts(found: &InvoicePanel) -> impl IntoView + use<> {
    let row = &found.row;
    let money = |minor: i64| format::money(minor, &row.currency);
    let fact = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
    };
    let sum = |label: &'static str, minor: i64| fact(label, money(minor)).filter(|_| minor != 0);
    let settled = match row.days_late {
        Some(days) if !row.settled.is_empty() => {
            format!("{}, {}", row.settled, words::lateness(days).to_lowercase())
        }
        _ => row.settled.clone(),
    };
    view! {
        <section class="panel__section" aria-labelledby="invoice-facts">
            <h3 id="invoice-facts">"From the books"</h3>
            <dl class="facts">
                {fact("Issued", row.issued.clone())}
                {fact("Due", row.due.clone())}
                {fact("Settled", settled)}
                {fact("Terms", found.terms.clone())}
                {fact("Order number", row.po_number.clone())}
                {sum("Tax", found.tax)}
                {sum("Credit applied", row.credit)}
                {sum("Paid and clearing", found.clearing)}
            </dl>
        </section>
    }
}

fn payments(found: &InvoicePanel) -> Option<impl IntoView + use<>> {
    if found.payments.is_empty() {
        return None;
    }
    let row = |payment: &InvoicePaymentView| {
        let money = |minor: i64| format::money(minor, &found.row.currency);
        let discount =
            (payment.discount != 0).then(|| format!("{} discount", money(payment.discount)));
        let parts = [payment.method.clone(), payment.received.clone()];
        let parts: Vec<String> =
            parts.into_iter().chain(discount).filter(|part| !part.is_empty()).collect();
        view! {
            <li class="row-list__item">
                <span class="row-list__title">{payment.reference.clone()}</span>
                <span class="row-list__amount">{money(payment.principal)}</span>
                <span class="row-list__note">{parts.join(" · ")}</span>
                <span class="row-list__end">
                    <PaymentChip
                        state=payment.state
                        failure_code=payment.failure_code.clone()
                        expected=payment.expected.clone()
                    />
                </span>
            </li>
        }
    };
    let rows = found.payments.iter().map(row).collect_view();
    Some(view! {
        <section class="panel__section" aria-labelledby="invoice-payments">
            <h3 id="invoice-payments">"Payments"</h3>
            <ul class="row-list">{rows}</ul>
        </section>
    })
}

fn lines(found: &InvoicePanel) -> Option<AnyView> {
    let row = |line: &LineView| {
        let amount = format::amount(line.amount, &found.row.currency);
        (line.description.clone(), [line.quantity.clone(), line.unit_price.clone(), amount])
    };
    sums(
        "invoice-lines",
        ("Lines", "What was sold".to_owned()),
        ["What", "Quantity", "Price", "Amount"],
        found.lines.iter().map(row).collect(),
    )
}
