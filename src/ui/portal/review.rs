//! Step three: the price, line by line, and the confirmation.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    choose::name,
    page::{id_of_page, joined_portions, page},
};
use crate::{
    api::{
        error::{ApiError, Conflict},
        portal::pay::{Confirm, MakeQuote, review},
        view::{BasketLine, ReviewPage},
    },
    domain::method::MethodKind,
    ui::{
        components::{
            icon::Icon,
            notice::{ErrorNotice, Notice, returned_error},
            portal_frame::PortalPage,
        },
        format::{money, plural},
        text,
    },
};

/// The price of a payment, and confirming it.
pub fn price_to_confirm() -> AnyView {
    page(review(id_of_page()), review_page)
}

fn review_page(page: ReviewPage) -> AnyView {
    let error = returned_error::<Confirm>().or_else(returned_error::<MakeQuote>);
    // After these the price that is shown cannot be confirmed any more.
    let is_stale = matches!(error, Some(ApiError::Conflict(_)));
    let can_confirm = page.is_open && !is_stale;
    let confirm = can_confirm.then(|| confirm_form(&page));
    let notice = match error {
        Some(error) => Some(refused(&page, error)),
        None if page.is_open => None,
        None => Some(closed(&page)),
    };
    let change = format!("{}&method={}", choose_address(&page), page.method.id);
    let (price, method) = (price(&page), method(&page));
    view! {
        <PortalPage frame=page.frame title="Review">
            {notice}
            <a class="crumb" href=change>
                <Icon name="prev" class="icon--flip"/>
                "Change how to pay"
            </a>
            <div class="stack stack--tight">
                <p class="portal__trail">"Step 3 of 3"</p>
                <h1>"Review and pay"</h1>
            </div>
            {price}
            {method}
            {confirm}
        </PortalPage>
    }
    .into_any()
}

/// Why the confirmation was refused, and the way on.
fn refused(page: &ReviewPage, error: ApiError) -> AnyView {
    let way_on = match error {
        ApiError::Conflict(Conflict::PriceChanged) => Some(new_price(page, "See the new price")),
        ApiError::Conflict(Conflict::MethodNotAccepted) => {
            let choose = choose_address(page);
            Some(view! { <a class="button" href=choose>"Pay another way"</a> }.into_any())
        }
        ApiError::Conflict(Conflict::AmountOutOfRange | Conflict::OnlyWhole) => {
            let choose = choose_address(page);
            Some(view! { <a class="button" href=choose>"Look at the amounts"</a> }.into_any())
        }
        ApiError::Conflict(_) | ApiError::Internal => {
            let home = page.frame.home();
            let label = match page.frame.only_invoice.as_str() {
                "" => "See your invoices",
                _ => "See the invoice",
            };
            Some(view! { <a class="button" href=home>{label}</a> }.into_any())
        }
        _ => None,
    };
    match way_on {
        Some(way_on) => view! { <ErrorNotice error=error>{way_on}</ErrorNotice> }.into_any(),
        None => view! { <ErrorNotice error=error/> }.into_any(),
    }
}

/// Where a method is chosen for the same invoices.
fn choose_address(page: &ReviewPage) -> String {
    format!("/portal/pay?quote={}", page.quote_id)
}

/// The price was used or is too old.
fn closed(page: &ReviewPage) -> AnyView {
    if page.payment_id.is_empty() {
        let choose = choose_address(page);
        let sentence = format!("It held until {}. Nothing was charged.", page.expires);
        let again = new_price(page, "See today’s price");
        return view! {
            <Notice tone="warn" icon="clock" title="This price has expired">
                <p>{sentence}</p>
                <div class="notice__actions">
                    {again}
                    <a class="button" href=choose>"Pay another way"</a>
                </div>
            </Notice>
        }
        .into_any();
    }
    let payment = format!("/portal/payments/{}", page.payment_id);
    view! {
        <Notice tone="info" icon="info" title="You have confirmed this price already">
            <p>"It is paid once, however often this page is opened."</p>
            <div class="notice__actions">
                <a class="button button--primary" href=payment>"See the payment"</a>
            </div>
        </Notice>
    }
    .into_any()
}

/// Asks for the price of the same invoices with the same method as it is now.
fn new_price(page: &ReviewPage, text: &'static str) -> AnyView {
    view! {
        <form action=MakeQuote::PATH method="post">
            <input type="hidden" name="method" value=page.method.id.clone()/>
            <input type="hidden" name="invoices" value=joined_portions(&page.lines)/>
            <button class="button button--primary" type="submit">{text}</button>
        </form>
    }
    .into_any()
}

/// Every part of the price with its reason behind it.
fn price(page: &ReviewPage) -> AnyView {
    let currency = page.currency.as_str();
    let count = i64::try_from(page.lines.len()).unwrap_or(i64::MAX);
    let each = |part: fn(&BasketLine) -> Option<String>, figure: fn(&BasketLine) -> i64| {
        let rows = page
            .lines
            .iter()
            .filter_map(|line| {
                let words = part(line)?;
                let figure = money(figure(line), currency);
                Some(view! {
                    <li><span>{words}</span> " " <span class="num">{figure}</span></li>
                })
            })
            .collect_view();
        view! { <ul class="stack stack--tight">{rows}</ul> }.into_any()
    };
    let invoices = part(
        plural(count, "invoice", "invoices"),
        money(page.payable, currency),
        each(|line| Some(format!("{}, due {}:", line.label(), line.due)), |line| line.payable),
    );
    let rest = (page.left_open > 0).then(|| {
        let rows = each(
            |line| (line.left_open > 0).then(|| format!("{}:", line.label())),
            |line| -line.left_open,
        );
        let missed = page
            .lines
            .iter()
            .filter(|line| line.missed_discount > 0)
            .map(|line| view! { <p>{missed_discount(line, currency)}</p> })
            .collect_view();
        part(
            "Not paid now, stays open".to_owned(),
            money(-page.left_open, currency),
            view! {
                {rows}
                {missed}
            }
            .into_any(),
        )
    });
    let early = (page.early_discount > 0).then(|| {
        let reasons = each(
            |line| {
                (line.early_discount > 0).then(|| match line.discount_until.as_str() {
                    "" => format!("{}:", line.label()),
                    until => format!("{}, because you pay by {until}:", line.label()),
                })
            },
            |line| -line.early_discount,
        );
        part("Early-payment discount".to_owned(), money(-page.early_discount, currency), reasons)
    });
    let bank = (page.bank_discount > 0).then(|| {
        let percent = &page.bank_discount_percent;
        let reason = if percent.is_empty() {
            "Because you pay from a bank account.".to_owned()
        } else {
            format!("{percent}%, because you pay from a bank account.")
        };
        part(
            "Discount for paying by bank".to_owned(),
            money(-page.bank_discount, currency),
            view! { <p>{reason}</p> }.into_any(),
        )
    });
    view! {
        <section class="stack stack--tight" aria-labelledby="sum">
            <h2 class="visually-hidden" id="sum">"What you pay"</h2>
            <ul class="price">
                {invoices}
                {rest}
                {early}
                {bank}
                {surcharge(page)}
                <li class="price__line price__line--total">
                    <span>"Total"</span>
                    " "
                    <span class="price__amount">{money(page.charge, currency)}</span>
                    <span></span>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// Why a part of an invoice earns less of its early-payment discount than all of it would.
fn missed_discount(line: &BasketLine, currency: &str) -> String {
    let discount = money(line.missed_discount, currency);
    let by = match line.discount_until.as_str() {
        "" => String::new(),
        until => format!(" by {until}"),
    };
    format!(
        "{} has an early-payment discount of {discount} when all of it is paid{by}; this part alone \
         does not earn it.",
        line.label()
    )
}

fn surcharge(page: &ReviewPage) -> AnyView {
    let currency = page.currency.as_str();
    let mut reason = text::price::surcharge_reason(&page.surcharge_reason, &page.surcharge_percent);
    let label = if page.surcharge > 0 {
        let base = money(page.surcharge_base, currency);
        reason = format!("Taken of {base}. {reason}");
        "Credit card surcharge"
    } else {
        text::price::surcharge_label(page.method.kind)
    };
    let other = (page.surcharge > 0).then(|| {
        let choose = choose_address(page);
        view! { <p><a href=choose>"Choose another way to pay"</a></p> }
    });
    part(
        label.to_owned(),
        money(page.surcharge, currency),
        view! {
            <p>{reason}</p>
            {other}
        }
        .into_any(),
    )
}

/// A line of the price; its reason opens under it.
fn part(label: String, figure: String, reason: AnyView) -> AnyView {
    view! {
        <li>
            <details>
                <summary class="price__line">
                    <span>{label}</span>
                    " "
                    <span class="price__amount">{figure}</span>
                    <Icon name="next" class="icon--flip"/>
                </summary>
                <div class="price__why">{reason}</div>
            </details>
        </li>
    }
    .into_any()
}

fn method(page: &ReviewPage) -> AnyView {
    let from = match page.method.expires.as_str() {
        "" => name(&page.method),
        expires => format!("{}, expires {expires}", name(&page.method)),
    };
    let clears = (!page.expected.is_empty()).then(|| {
        let clears = format!("usually by {}", page.expected);
        view! { <div><dt>"Clears"</dt><dd>{clears}</dd></div> }
    });
    let holds = page.is_open.then(|| {
        view! { <div><dt>"Price holds until"</dt><dd>{page.expires.clone()}</dd></div> }
    });
    view! {
        <section class="card" aria-labelledby="how">
            <div class="card__body">
                <h2 class="visually-hidden" id="how">"How you pay"</h2>
                <dl class="facts">
                    <div><dt>"From"</dt><dd>{from}</dd></div>
                    {clears}
                    {holds}
                </dl>
            </div>
        </section>
    }
    .into_any()
}

fn confirm_form(page: &ReviewPage) -> AnyView {
    let company = &page.frame.company;
    let mandate = (!page.mandate.is_empty()).then(|| {
        view! { <p class="soft" id="mandate">{page.mandate.clone()}</p> }
    });
    let note = match page.method.kind {
        MethodKind::Bank => {
            "By confirming you agree to the debit above. Nothing is taken before.".to_owned()
        }
        MethodKind::Card => format!(
            "By confirming you authorize {company} to take this amount once. Nothing is charged \
             before you confirm."
        ),
    };
    let charge = money(page.charge, &page.currency);
    let text = format!("Pay {charge} with {}", name(&page.method));
    view! {
        <form class="stack" action=Confirm::PATH method="post">
            <input type="hidden" name="quote_id" value=page.quote_id.clone()/>
            {mandate}
            <button class="button button--primary button--large button--wide" type="submit">
                {text}
            </button>
            <p class="soft">{note}</p>
        </form>
    }
    .into_any()
}
