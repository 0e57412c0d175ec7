//! Automatic payment: what is on, what will be charged when, agreeing to it and ending it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::{choose::name, page::page};
use crate::{
    api::{
        error::{ApiError, Conflict},
        portal::autopay::{AddAutopayMethod, CancelAutopay, EnrolAutopay, portal_autopay},
        view::{AutopayPage, AutopayView, MethodView, PlannedChargeView},
    },
    domain::{
        autopay::{AutopayTiming, EnrolForm},
        form::{FieldProblem, Problem},
        method::MethodKind,
    },
    ui::{
        components::{
            field::{Field, field_error},
            icon::Icon,
            notice::{ErrorNotice, Notice, returned_error},
            portal_frame::PortalPage,
        },
        format::money,
        text,
    },
};

/// The page.
pub fn autopay() -> AnyView {
    let (step, form) = use_query_map().with_untracked(|query| {
        let one = |name| query.get_str(name).unwrap_or_default().to_owned();
        let is_on = |name| query.get_str(name) == Some("true");
        let form = EnrolForm {
            method: one("method"),
            timing: one("timing"),
            ceiling: one("ceiling"),
            use_credits: is_on("use_credits"),
            include_open: is_on("include_open"),
            is_business: is_on("is_business"),
        };
        (one("step"), form)
    });
    page(portal_autopay(step, form), autopay_page)
}

fn autopay_page(page: AutopayPage) -> AnyView {
    if !page.consent.is_empty() {
        return review_page(page);
    }
    let step = use_query_map().with_untracked(|query| query.get_str("step").map(str::to_owned));
    if let (Some("cancel"), Some(_)) = (step.as_deref(), &page.now) {
        return cancel_page(page);
    }
    let error = returned_error::<EnrolAutopay>()
        .or_else(returned_error::<CancelAutopay>)
        .or_else(returned_error::<AddAutopayMethod>)
        .map(|error| view! { <ErrorNotice error=error/> });
    let AutopayPage { frame, now, charges, methods, form, problem, currency, .. } = page;
    let adding = add_method(page.can_add_card, page.can_add_bank, methods.is_empty());
    let is_on = now.is_some();
    // Where something is to be mended, the way to mend it lies open.
    let is_open = error.is_some()
        || problem.is_some()
        || now.as_ref().is_none_or(|now| !now.problem.is_empty());
    let done = done();
    let state = now.map(state);
    let list = is_on.then(|| planned(charges, "What will be charged"));
    let setup = (!methods.is_empty()).then(|| {
        let form = terms(&methods, &form, problem, &currency);
        if is_on { change(form, is_open) } else { set_up(form) }
    });
    let lead = (!is_on).then(|| {
        view! {
            <p class="soft">
                "Let each invoice be paid by itself on the day you choose. You are told of every \
                 amount beforehand, and you can stop at any time."
            </p>
        }
    });
    view! {
        <PortalPage frame=frame title="Autopay">
            <a class="crumb" href="/portal">
                <Icon name="prev" class="icon--flip"/>
                "All invoices"
            </a>
            {done}
            {error}
            <h1>"Autopay"</h1>
            {lead}
            {state}
            {list}
            {setup}
            {adding}
        </PortalPage>
    }
    .into_any()
}

/// What was just done.
fn done() -> Option<AnyView> {
    let done = use_query_map().with_untracked(|query| query.get_str("done").map(str::to_owned));
    let (title, sentence) = match done.as_deref()? {
        "on" => ("Autopay is on", "What you agreed to was mailed to you."),
        "off" => ("Autopay is off", "Please pay your invoices yourself from now on."),
        _ => return None,
    };
    Some(
        view! {
            <Notice tone="good" icon="tick" title=title>
                <p>{sentence}</p>
            </Notice>
        }
        .into_any(),
    )
}

/// How it stands, with the way to end it.
fn state(now: AutopayView) -> AnyView {
    let AutopayView { timing, method, ceiling, uses_credits, since, by, problem } = now;
    let problem = (!problem.is_empty()).then(|| {
        let sentence = text::autopay::problem(&problem);
        view! {
            <Notice tone="warn" icon="alert" title="Nothing is charged at the moment">
                <p>{sentence}</p>
                <p>"Choose another way to pay below, or confirm the same one again."</p>
            </Notice>
        }
    });
    let ceiling = if ceiling.is_empty() { "No limit".to_owned() } else { ceiling };
    let credits = if uses_credits { "Used first" } else { "Not used" };
    view! {
        {problem}
        <dl class="facts">
            <div><dt>"When"</dt><dd>{text::autopay::timing(timing)}</dd></div>
            <div><dt>"Paid with"</dt><dd>{method}</dd></div>
            <div><dt>"At most, for one charge"</dt><dd>{ceiling}</dd></div>
            <div><dt>"Open credits"</dt><dd>{credits}</dd></div>
            <div><dt>"On since"</dt><dd>{format!("{since}, agreed by {by}")}</dd></div>
        </dl>
        <p><a class="button" href="/portal/autopay?step=cancel">"Cancel autopay"</a></p>
    }
    .into_any()
}

/// What will be charged when.
fn planned(charges: Vec<PlannedChargeView>, title: &'static str) -> AnyView {
    let row = |charge: PlannedChargeView| {
        let PlannedChargeView { id, number, on, minor, currency, hold } = charge;
        let amount = money(minor, &currency);
        let what = if hold.is_empty() {
            format!("{amount} on {on}")
        } else {
            format!("{amount}, not charged. {}", text::autopay::problem(&hold))
        };
        view! {
            <li class="history__item">
                <p class="history__what"><a href=format!("/portal/invoices/{id}")>{number}</a></p>
                <p class="history__who">{what}</p>
            </li>
        }
    };
    let list = if charges.is_empty() {
        view! { <p class="soft">"Nothing that is open now. Invoices to come are announced to you first."</p> }
            .into_any()
    } else {
        let rows = charges.into_iter().map(row).collect_view();
        view! { <ul class="history">{rows}</ul> }.into_any()
    };
    view! {
        <section class="stack stack--tight" aria-labelledby="planned-title">
            <h2 id="planned-title">{title}</h2>
            {list}
            <p class="soft">
                "An open invoice that is not listed is not charged by itself: its day was over before, \
                 it is disputed or on hold, it could not be charged, or a payment is on its way."
            </p>
        </section>
    }
    .into_any()
}

/// What the sentence under a field is, if that is what is wrong.
fn wrong(problem: Option<&FieldProblem>, field: &str) -> Option<&'static str> {
    let problem = problem.filter(|problem| problem.field == field)?;
    Some(match (field, problem.problem) {
        ("ceiling", Problem::Required) => {
            "Charging a bank account on the invoice date needs a limit. Enter one, or choose another \
             day."
        }
        ("method", Problem::Required) => "Choose how to pay.",
        ("timing", _) => "Choose a day.",
        _ => text::problem(problem),
    })
}

/// The first choice of the terms.
fn set_up(form: AnyView) -> AnyView {
    view! {
        <section class="stack" aria-labelledby="terms-title">
            <h2 id="terms-title">"Set it up"</h2>
            {form}
        </section>
    }
    .into_any()
}

/// A change of the terms, behind its name until it is wanted.
fn change(form: AnyView, is_open: bool) -> AnyView {
    view! {
        <details class="disclosure" open=is_open>
            <summary>"Change it"</summary>
            {form}
        </details>
    }
    .into_any()
}

/// The form in which the terms are chosen; it leads to the words to be agreed to.
fn terms(
    methods: &[MethodView],
    form: &EnrolForm,
    problem: Option<FieldProblem>,
    currency: &str,
) -> AnyView {
    let problem = problem.as_ref();
    let (of_method, of_timing, of_ceiling) =
        (wrong(problem, "method"), wrong(problem, "timing"), wrong(problem, "ceiling"));
    let is_known = methods.iter().any(|one| one.id == form.method && one.is_accepted);
    let first = methods.iter().find(|one| one.is_accepted).map(|one| one.id.clone());
    let chosen = if is_known { Some(form.method.clone()) } else { first };
    let rows =
        methods.iter().map(|one| method(one, chosen.as_ref() == Some(&one.id))).collect_view();
    let chosen_timing = AutopayTiming::from_word(&form.timing).unwrap_or_default();
    let timings =
        AutopayTiming::ALL.iter().map(|one| timing(*one, *one == chosen_timing)).collect_view();
    let has_bank = methods.iter().any(|one| one.kind == MethodKind::Bank);
    let business = has_bank.then(|| {
        check(
            "is_business",
            form.is_business,
            "A bank account chosen here is used mainly for business",
        )
    });
    let help = match currency {
        "USD" => {
            "In US dollars. An invoice above it is not charged, and you are told. Empty for no limit."
        }
        _ => "An invoice above it is not charged, and you are told. Empty for no limit.",
    };
    let credits = check("use_credits", form.use_credits, "Use open credits first");
    let open = check(
        "include_open",
        form.include_open,
        "Also pay what is open now and whose day has passed",
    );
    let ceiling = form.ceiling.clone();
    view! {
        <form class="stack" action="/portal/autopay" method="get">
            <input type="hidden" name="step" value="review"/>
            <fieldset class="methods">
                <legend>"Pay with"</legend>
                {field_error("method-error", move || of_method)}
                {rows}
            </fieldset>
            <fieldset class="methods">
                <legend>"On which day"</legend>
                {field_error("timing-error", move || of_timing)}
                {timings}
            </fieldset>
            <Field
                name="ceiling"
                label="At most, for one charge"
                help=help
                problem=of_ceiling
                inputmode="decimal"
                value=ceiling
                is_optional=true
            />
            {credits}
            {open}
            {business}
            <button class="button button--primary button--wide" type="submit">
                "Read what you agree to"
            </button>
        </form>
    }
    .into_any()
}

fn check(name: &'static str, is_on: bool, label: &'static str) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=is_on/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn method(one: &MethodView, is_chosen: bool) -> AnyView {
    let note = match (one.is_accepted, one.kind, one.expires.is_empty()) {
        (false, _, _) => "Not accepted at the moment".to_owned(),
        (true, MethodKind::Card, false) => format!("Card, expires {}", one.expires),
        (true, MethodKind::Card, true) => "Card".to_owned(),
        (true, MethodKind::Bank, _) => "Bank account".to_owned(),
    };
    view! {
        <label class="method">
            <input
                type="radio"
                name="method"
                value=one.id.clone()
                checked=is_chosen
                disabled=!one.is_accepted
                required=true
            />
            <span class="method__text">
                <span class="method__name">{name(one)}</span>
                " "
                <span class="method__note">{note}</span>
            </span>
        </label>
    }
    .into_any()
}

fn timing(one: AutopayTiming, is_chosen: bool) -> AnyView {
    view! {
        <label class="method">
            <input type="radio" name="timing" value=one.as_str() checked=is_chosen required=true/>
            <span class="method__text">
                <span class="method__name">{text::autopay::timing(one)}</span>
                " "
                <span class="method__note">{text::autopay::timing_sentence(one)}</span>
            </span>
        </label>
    }
    .into_any()
}

/// Adding a way to pay on the processor's page.
fn add_method(can_add_card: bool, can_add_bank: bool, is_first: bool) -> Option<AnyView> {
    if !can_add_card && !can_add_bank {
        return is_first.then(|| {
            view! {
                <Notice tone="info" icon="info" title="Invoices cannot be paid online at the moment">
                    <p>"The people named below can tell you how to pay them."</p>
                </Notice>
            }
            .into_any()
        });
    }
    let title = if is_first { "Add a way to pay first" } else { "Or add another way to pay" };
    let button = |kind: MethodKind, icon, label: &'static str| {
        view! {
            <form action=AddAutopayMethod::PATH method="post">
                <button class="method method--add" type="submit" name="kind" value=kind.as_str()>
                    <Icon name=icon class="method__icon icon--large"/>
                    <span class="method__text">
                        <span class="method__name">{label}</span>
                        " "
                        <span class="method__note">
                            "You enter it on the secure page of our payment processor"
                        </span>
                    </span>
                    <Icon name="next" class="icon--flip"/>
                </button>
            </form>
        }
    };
    let bank = can_add_bank.then(|| button(MethodKind::Bank, "bank", "Add a bank account"));
    let card = can_add_card.then(|| button(MethodKind::Card, "card", "Add a card"));
    Some(
        view! {
            <section class="stack stack--tight" aria-labelledby="add-title">
                <h2 id="add-title">{title}</h2>
                {bank}
                {card}
            </section>
        }
        .into_any(),
    )
}

/// What a form carries on.
fn carried(form: &EnrolForm) -> AnyView {
    let EnrolForm { method, timing, ceiling, use_credits, include_open, is_business } =
        form.clone();
    let word = |flag: bool| if flag { "true" } else { "false" };
    view! {
        <input type="hidden" name="form[method]" value=method/>
        <input type="hidden" name="form[timing]" value=timing/>
        <input type="hidden" name="form[ceiling]" value=ceiling/>
        <input type="hidden" name="form[use_credits]" value=word(use_credits)/>
        <input type="hidden" name="form[include_open]" value=word(include_open)/>
        <input type="hidden" name="form[is_business]" value=word(is_business)/>
    }
    .into_any()
}

/// The words, what follows from them, and the tick that agrees.
fn review_page(page: AutopayPage) -> AnyView {
    let error = returned_error::<EnrolAutopay>();
    let unticked = matches!(&error, Some(ApiError::Invalid(problem)) if problem.field == "agreed");
    let notice = match error {
        None => None,
        Some(_) if unticked => None,
        Some(ApiError::Conflict(Conflict::ChangedMeanwhile)) => Some(
            view! {
                <Notice tone="warn" icon="alert" title="The words are different now" is_alert=true>
                    <p>"Something changed since you read them. Nothing was agreed to. Read them again."</p>
                </Notice>
            }
            .into_any(),
        ),
        Some(error) => Some(view! { <ErrorNotice error=error/> }.into_any()),
    };
    let AutopayPage { frame, charges, form, consent, shown, .. } = page;
    let list = planned(charges, "What will be charged of what is open now");
    let missing =
        move || unticked.then_some("Tick the box to agree. Nothing is charged without that.");
    view! {
        <PortalPage frame=frame title="Agree to autopay">
            <a class="crumb" href="/portal/autopay">
                <Icon name="prev" class="icon--flip"/>
                "Autopay"
            </a>
            {notice}
            <h1>"Read and agree"</h1>
            <p id="consent">{consent}</p>
            {list}
            <form class="stack" action=EnrolAutopay::PATH method="post">
                {carried(&form)}
                <input type="hidden" name="shown" value=shown/>
                <div class=if unticked { "field field--bad" } else { "field" }>
                    {field_error("agreed-error", missing)}
                    <label class="check">
                        <input
                            type="checkbox"
                            id="agreed"
                            name="agreed"
                            value="true"
                            required=true
                            aria-describedby="consent"
                        />
                        <span>"I have read this, and I agree"</span>
                    </label>
                </div>
                <button class="button button--primary button--wide" type="submit">
                    "Turn autopay on"
                </button>
            </form>
        </PortalPage>
    }
    .into_any()
}

/// Whether it is to end.
fn cancel_page(page: AutopayPage) -> AnyView {
    view! {
        <PortalPage frame=page.frame title="Cancel autopay" is_narrow=true>
            <h1>"Cancel autopay?"</h1>
            <p>
                "It ends at once for everything that was not sent yet, and you pay your invoices \
                 yourself. What was sent to your bank before cannot be called back."
            </p>
            <form class="stack stack--tight" action=CancelAutopay::PATH method="post">
                <button class="button button--primary button--wide" type="submit">
                    "Cancel autopay"
                </button>
                <a class="button button--wide" href="/portal/autopay">"Keep it"</a>
            </form>
        </PortalPage>
    }
    .into_any()
}
