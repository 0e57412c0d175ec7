//! What became of a payment: the receipt, and the page that waits for it.

use leptos::{prelude::*, server_fn::ServerFn};

use super::page::{id_of_page, page};
use crate::{
    api::{
        portal::payments::{ContinuePayment, portal_payment},
        view::PaymentPage,
    },
    domain::{method::MethodKind, payment::PaymentState},
    ui::{
        components::{
            icon::Icon,
            notice::{ErrorNotice, returned_error},
            portal_frame::PortalPage,
        },
        format::money,
        text,
    },
};

/// A payment.
pub fn payment() -> AnyView {
    page(portal_payment(id_of_page()), payment_page)
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
    let has_part = payment.lines.iter().any(|line| line.left_open > 0);
    match payment.state {
        S::Succeeded | S::PartiallyRefunded if has_part => (
            "What you paid is settled. What it left open on an invoice is still to be paid, and your \
             invoices show how much that is.",
            "We send the receipt by e-mail.",
        ),
        S::Returned | S::ChargedBack if has_part => (
            "What it had paid on the invoices is open again.",
            text::failure_advice(&payment.failure_code),
        ),
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

fn payment_page(payment: PaymentPage) -> AnyView {
    let is_waiting = payment.state.holds_reservation();
    // A bank debit takes days: nobody sits and waits for it, and a page that asks for days would
    // keep its session from ending.
    let is_live = is_waiting && payment.state != PaymentState::Processing;
    let Head { tone, icon, title } = head(&payment);
    let (first, second) = next(&payment);
    let second = (!second.is_empty()).then(|| view! { <p>{second}</p> });
    let amount = money(payment.charge, &payment.currency);
    let (facts, actions) = (facts(&payment), actions(&payment));
    let error =
        returned_error::<ContinuePayment>().map(|error| view! { <ErrorNotice error=error/> });
    view! {
        <PortalPage frame=payment.frame title=title.clone()>
            {error}
            <article class="receipt"
                data-live=is_live.then_some("payment")
                data-id=is_live.then(|| payment.id.clone())
                data-state=is_live.then(|| payment.state.as_str())
            >
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
        S::Failed | S::Returned => text::capitalized(text::failure_clause(&payment.failure_code)),
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
            let number = line.number.clone();
            let number = match line.id.as_str() {
                "" => view! { <span class="nowrap">{number}</span> }.into_any(),
                id => view! {
                    <a class="nowrap" href=format!("/portal/invoices/{id}") rel="external">{number}</a>
                }
                .into_any(),
            };
            let part = (line.left_open > 0).then(|| {
                let paid = money(line.payable - line.left_open, currency);
                format!(" ({paid} of {})", money(line.payable, currency))
            });
            view! {
                {number}
                {(!line.buyer.is_empty()).then(|| format!(" for {}", line.buyer))}
                {part}
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

fn actions(payment: &PaymentPage) -> AnyView {
    use PaymentState as S;
    let again = match payment.state {
        S::Failed | S::Returned | S::ChargedBack | S::Voided if !payment.frame.payments_on => None,
        S::Failed | S::Returned | S::ChargedBack | S::Voided => {
            let choose = format!("/portal/pay?payment={}", payment.id);
            Some(
                view! { <a class="button button--primary" href=choose rel="external">"Pay another way"</a> }
                    .into_any(),
            )
        }
        S::RequiresAction => Some(
            view! {
                <form action=ContinuePayment::PATH method="post">
                    <input type="hidden" name="id" value=payment.id.clone()/>
                    <button class="button button--primary" type="submit">
                        "Continue at your bank"
                    </button>
                </form>
            }
            .into_any(),
        ),
        S::Created | S::Unknown => Some(
            view! { <a class="button button--primary" href="" rel="external">"Check again"</a> }
                .into_any(),
        ),
        _ => None,
    };
    let back = if payment.frame.only_invoice.is_empty() {
        "Back to invoices"
    } else {
        "Back to the invoice"
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
            <a class="button" href=payment.frame.home() rel="external">{back}</a>
        </div>
    }
    .into_any()
}
