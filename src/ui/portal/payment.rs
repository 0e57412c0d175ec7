//! What became of a payment: the receipt, and the page that waits for it.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{choose_address, id_of_page, page};
use crate::{
    api::{
        error::ApiError,
        portal::payments::{payment_status, portal_payment},
        view::PaymentPage,
    },
    domain::{method::MethodKind, payment::PaymentState},
    ui::{
        components::{icon::Icon, portal_frame::PortalPage},
        format::money,
        hooks::interval::use_interval,
        text,
    },
};

/// How often a page that waits looks again.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A payment.
pub struct PaymentRoute {
    payment: Resource<Result<PaymentPage, ApiError>>,
    looks: RwSignal<u32>,
}

impl PaymentRoute {
    pub(super) fn data() -> Self {
        let looks = RwSignal::new(0_u32);
        let id = id_of_page();
        let payment = Resource::new(move || (id(), looks.get()), |(id, _)| portal_payment(id));
        Self { payment, looks }
    }

    pub(super) fn view(this: Self) -> AnyView {
        let PaymentRoute { payment, looks } = this;
        page(payment, move |payment| payment_page(payment, looks))
    }
}

/// Looks whether the payment moved on, for as long as its page is shown.
fn watch(id: String, seen: PaymentState, looks: RwSignal<u32>) {
    use_interval(LOOK_EVERY, move || {
        let id = id.clone();
        spawn_local(async move {
            if payment_status(id).await.is_ok_and(|state| state != seen) {
                // The page may be gone by now.
                let _ = looks.try_update(|looks| *looks = looks.wrapping_add(1));
            }
        });
    });
}

/// The head of the page.
struct Head {
    tone: &'static str,
    icon: &'static str,
    title: String,
}

fn head(payment: &PaymentPage) -> Head {
    use PaymentState as S;
    let is_card = payment.method_kind == MethodKind::Card.as_str();
    let plain = |tone, icon, title: &str| Head { tone, icon, title: title.to_owned() };
    match payment.state {
        S::Created | S::Unknown => plain("warn", "clock", "Being confirmed"),
        S::RequiresAction => plain("warn", "clock", "Your bank asks you to confirm"),
        S::Processing => Head {
            tone: "info",
            icon: "clearing",
            title: text::payment_status(S::Processing, "", &payment.expected),
        },
        S::Succeeded => plain("good", "tick", "Paid"),
        S::PartiallyRefunded => plain("good", "tick", "Paid, partly refunded"),
        S::Refunded => plain("info", "swap", "Refunded"),
        S::Returned => plain("bad", "fail", "Sent back by your bank"),
        S::ChargedBack => plain("bad", "fail", "Taken back by the card’s bank"),
        S::Failed if is_card => plain("bad", "fail", "Not paid: the card was declined"),
        S::Failed => plain("bad", "fail", "Not paid: the bank did not accept the debit"),
        S::Voided => plain("warn", "info", "Not sent"),
    }
}

/// What happens next, in paragraphs.
fn next(payment: &PaymentPage) -> (&'static str, &'static str) {
    use PaymentState as S;
    match payment.state {
        S::Created | S::Unknown => (
            "The payment processor has not answered yet. Please do not pay again: the invoices \
             are held until we know.",
            "We keep asking, show the answer here and e-mail it to you.",
        ),
        S::RequiresAction => (
            "Finish the confirmation on your bank’s page. The invoices are held until then, and \
             nothing is charged without it.",
            "Please do not pay again meanwhile. If the confirmation runs out, the invoices are \
             open again and can be paid as before.",
        ),
        S::Processing => (
            "Your bank confirms the debit within a few banking days. Please keep the amount in \
             the account.",
            "You need not do anything else; we e-mail you when it has cleared, or if the bank \
             sends it back.",
        ),
        S::Succeeded | S::PartiallyRefunded => {
            ("The invoices are settled. We send the receipt by e-mail.", "")
        }
        S::Refunded => {
            ("The money goes back the way it came. Banks take a few days to show it.", "")
        }
        S::Returned | S::ChargedBack => {
            ("The invoices are open again.", text::failure_advice(&payment.failure_code))
        }
        S::Failed => (
            "Nothing was charged and the invoices are still open.",
            text::failure_advice(&payment.failure_code),
        ),
        S::Voided => (
            "The payment was withdrawn before anything was charged. The invoices are still open.",
            "",
        ),
    }
}

fn payment_page(payment: PaymentPage, looks: RwSignal<u32>) -> AnyView {
    let is_waiting = payment.state.holds_reservation();
    if is_waiting {
        watch(payment.id.clone(), payment.state, looks);
    }
    let Head { tone, icon, title } = head(&payment);
    let (first, second) = next(&payment);
    let second = (!second.is_empty()).then(|| view! { <p>{second}</p> });
    let amount = money(payment.charge, &payment.currency);
    let (facts, actions) = (facts(&payment), actions(&payment));
    view! {
        <PortalPage frame=payment.frame title=title.clone()>
            <article class="receipt" data-live=is_waiting.then_some("")>
                <header
                    class=format!("receipt__head receipt__head--{tone}")
                    role=is_waiting.then_some("status")
                >
                    <span class="receipt__mark"><Icon name=icon class="icon--large"/></span>
                    <h1 class="receipt__title">{title}</h1>
                    <p class="receipt__amount">{amount}</p>
                </header>
                {facts}
                {actions}
                <section class="receipt__next" aria-labelledby="next">
                    <h2 id="next">"What happens next"</h2>
                    <p>{first}</p>
                    {second}
                </section>
            </article>
        </PortalPage>
    }
    .into_any()
}

fn facts(payment: &PaymentPage) -> AnyView {
    use PaymentState as S;
    let currency = payment.currency.as_str();
    let (when, with) = match payment.state {
        S::Failed | S::Voided => ("Tried", "With"),
        S::Created | S::Unknown | S::RequiresAction => ("Started", "From"),
        _ => ("Date", "From"),
    };
    let is_charged = !matches!(payment.state, S::Failed | S::Voided);
    let mut includes = Vec::new();
    if is_charged && payment.surcharge > 0 {
        let surcharge = money(payment.surcharge, currency);
        let percent = &payment.surcharge_percent;
        includes.push(format!("Credit card surcharge {surcharge} ({percent}%)"));
    }
    if is_charged && payment.early_discount > 0 {
        let discount = money(-payment.early_discount, currency);
        includes.push(format!("Early-payment discount {discount}"));
    }
    if is_charged && payment.bank_discount > 0 {
        let discount = money(-payment.bank_discount, currency);
        includes.push(format!("Discount for paying by bank {discount}"));
    }
    let refunded =
        if payment.refunded > 0 { money(payment.refunded, currency) } else { String::new() };
    let reason = match payment.state {
        S::Failed | S::Returned => capitalized(text::failure_clause(&payment.failure_code)),
        _ => String::new(),
    };
    let row = |name: &'static str, fact: String| {
        (!fact.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{fact}</dd></div> })
    };
    let last = payment.lines.len().saturating_sub(1);
    let invoices = payment
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let comma = (index < last).then_some(", ");
            view! {
                <a class="nowrap" href=format!("/portal/invoices/{}", line.id) rel="external">
                    {line.number.clone()}
                </a>
                {comma}
            }
        })
        .collect_view();
    view! {
        <dl class="facts">
            {row(when, payment.confirmed.clone())}
            {row("Reference", payment.reference.clone())}
            {row(with, payment.method.clone())}
            {row("Reason", reason)}
            <div><dt>"Invoices"</dt><dd>{invoices}</dd></div>
            {row("Includes", includes.join(", "))}
            {row("Refunded", refunded)}
        </dl>
    }
    .into_any()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn actions(payment: &PaymentPage) -> AnyView {
    use PaymentState as S;
    let again = match payment.state {
        S::Failed | S::Returned | S::ChargedBack | S::Voided => {
            let choose = choose_address(&payment.lines);
            Some(
                view! { <a class="button button--primary" href=choose rel="external">"Pay another way"</a> }
                    .into_any(),
            )
        }
        S::Created | S::Unknown | S::RequiresAction => Some(
            view! { <a class="button button--primary" href="" rel="external">"Check again"</a> }
                .into_any(),
        ),
        _ => None,
    };
    let has_receipt = payment.state.is_posted() || payment.state == S::Processing;
    let receipt = has_receipt.then(|| {
        let address = format!("/portal/payments/{}/receipt.pdf", payment.id);
        view! {
            <a class="button" href=address rel="external">
                <Icon name="download"/>
                "Receipt (PDF)"
            </a>
        }
    });
    view! {
        <div class="actions">
            {again}
            {receipt}
            <a class="button" href="/portal" rel="external">"Back to invoices"</a>
        </div>
    }
    .into_any()
}
