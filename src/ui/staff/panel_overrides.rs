//! How the customer may pay online: what is its own, what counts for everybody, and changing it.

use leptos::prelude::*;

use super::{
    autopay_words,
    desk::Desk,
    follow::{Asked, Told, read_while},
    meanwhile::{meanwhile, since},
    panel_tabs::Tab,
    payment_fields::groups,
    payment_words::{self as words, Everybody},
    refusal::problem,
    send_now::{SendNow, SendWords},
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        error::ApiError,
        staff::{
            autopay::{end_autopay, invite_to_autopay},
            payment_overrides::{SaveOverrides, payment_overrides},
        },
        view::OverridesView,
    },
    domain::payment_override::{OnlinePayments, Override},
    ui::{components::field::Field, text::capitalized},
};

/// The id of the button that opens the form.
const CHANGE: &str = "overrides-change";

/// Inviting it to autopay.
const INVITE: SendWords = SendWords {
    ids: ("autopay-invite", "autopay-invite-confirm"),
    label: "Invite to autopay",
    sentence: "It goes to all contacts whose role gets reminders. They turn it on in the portal.",
    what: "The invitation",
    answers: SendWords::SEND,
    busy: "Sending …",
};

/// Ending it for the customer.
const END: SendWords = SendWords {
    ids: ("autopay-end", "autopay-end-confirm"),
    label: "End autopay",
    sentence: "For a customer who asked for it. Nothing that is not on its way is charged any more, and \
               they are told. Only they can turn it on again.",
    what: "Autopay has ended. The letter about it",
    answers: ("End it", "Do not end it"),
    busy: "Ending …",
};

/// Changing it.
type Own = Desk<SaveOverrides, OverridesView>;

/// What is known of it, and changing it.
#[derive(Clone, Copy)]
pub struct Overrides {
    found: Asked<OverridesView>,
    desk: Own,
    /// Inviting it to autopay.
    invite: SendNow,
    /// Ending that for it.
    end: SendNow,
}

impl Overrides {
    /// Read while the tab of payments is open, and again when the customer changes.
    pub fn new(id: Memo<String>, tab: Memo<Tab>) -> Self {
        let asked = Memo::new(move |_| Tab::Payments.asked(tab, id));
        let found = read_while(Told::Figures, asked, payment_overrides);
        let about = |call: SaveOverrides| call.customer_id;
        let desk = Desk::new(id, about, move || found.refetch(), CHANGE);
        Self {
            found,
            desk,
            invite: SendNow::new(invite_to_autopay),
            end: SendNow::new(end_autopay),
        }
    }
}

/// The part of the tab.
pub fn section(overrides: Overrides, id: Memo<String>) -> AnyView {
    let Overrides { found, desk, .. } = overrides;
    let known = move || {
        Suspend::new(async move {
            match found.await {
                Some(Ok(found)) => shown(&found, id.get_untracked(), overrides),
                // The head says that there is no such customer.
                Some(Err(ApiError::NotFound)) | None => ().into_any(),
                Some(Err(error)) => {
                    view! { <Failure error=error id="overrides-failure"/> }.into_any()
                }
            }
        })
    };
    let body = move || {
        match desk.begun() {
        Some(begun) => form(begun, id.get_untracked(), overrides),
        None => {
            view! { <Transition fallback=|| view! { <CardSkeleton what="how it may pay"/> }>{known}</Transition> }
                .into_any()
        }
    }
    };
    view! {
        <div class="panel__body">
            <section class="panel__section" aria-labelledby="panel-online">
                <h3 id="panel-online">"Paying online"</h3>
                {desk.saved("Saved. It counts from now on.")}
                {body}
            </section>
        </div>
    }
    .into_any()
}

/// How one thing about paying stands.
struct Fact {
    label: &'static str,
    said: String,
    /// Whether the customer has its own rule; none where there is no other.
    is_own: Option<bool>,
}

/// How it may pay, in words.
fn facts(found: &OverridesView) -> [Fact; 6] {
    let OverridesView { overrides, company, access, currency, .. } = found;
    let all = Everybody::of(company, currency);
    let off = words::NOT_ACCEPTED;
    let card = words::group(&overrides.card, &all.card, off, |own| words::card(own, currency));
    let surcharge = words::group(&overrides.surcharge, &all.surcharge, "none", |own| {
        words::surcharge(own, currency)
    });
    let bank = words::group(&overrides.bank, &all.bank, off, |own| words::bank(own, currency));
    let discount = words::group(&overrides.bank_discount, &all.discount, "none", |own| {
        words::discount(own, currency)
    });
    let partial =
        words::group(&overrides.partial, &all.partial, off, |()| words::ACCEPTED.to_owned());
    let group = |label, (said, is_own): (String, bool)| Fact {
        label,
        said: capitalized(&said),
        is_own: Some(is_own),
    };
    [
        Fact {
            label: "Online payments",
            said: words::online(overrides, *access, company.enabled),
            is_own: None,
        },
        group("Cards", card),
        group("Card surcharge", surcharge),
        group("Bank debits", bank),
        group("Bank discount", discount),
        group("Partial payments", partial),
    ]
}

/// What somebody else wrote meanwhile.
fn written(before: &OverridesView, now: &OverridesView) -> Option<AnyView> {
    let fields = facts(before).into_iter().zip(facts(now));
    meanwhile(fields.map(|(before, now)| (before.label.to_owned(), before.said, now.said)))
}

fn shown(found: &OverridesView, id: String, desks: Overrides) -> AnyView {
    let Overrides { desk, invite, end, .. } = desks;
    let OverridesView { overrides, company, autopay, may_invite, may_end, may_change, .. } = found;
    let row = |Fact { label, said, is_own }: Fact| {
        let origin = match is_own {
            None => None,
            Some(true) => Some("(its own)"),
            Some(false) => Some("(as for everybody)"),
        };
        let origin = origin.map(|origin| {
            view! { " " <span class="field__help">{origin}</span> }
        });
        view! {
            <div>
                <dt>{label}</dt>
                <dd>
                    <span class=(is_own == Some(false)).then_some("soft")>{said}</span>
                    {origin}
                </dd>
            </div>
        }
    };
    let rows = facts(found).map(row).into_iter().collect_view();
    let without_facts =
        matches!(overrides.surcharge, Override::On(_)) && company.card.surcharge.is_none();
    let warning = without_facts.then(|| {
        view! {
            <p class="soft">
                "No surcharge is taken: the settings lack your cost of accepting cards and the day \
                 on which the card networks were told."
            </p>
        }
    });
    let change = may_change.then(|| desk.opener("Change how it may pay", found));
    let next = match (may_invite, may_end) {
        (true, _) => Some(invite.view(id, INVITE)),
        (false, true) => Some(end.view(id, END)),
        (false, false) => None,
    };
    view! {
        <dl class="facts">{rows}</dl>
        {warning}
        {change}
        {autopay_words::section(autopay.as_ref(), next)}
    }
    .into_any()
}

fn form(begun: OverridesView, id: String, overrides: Overrides) -> AnyView {
    let Overrides { found, desk, .. } = overrides;
    let OverridesView { form, company, currency, version, .. } = begun.clone();
    let error = desk.error();
    let late = since(error, found, move |now: &OverridesView| written(&begun, now));
    let online = |choice: OnlinePayments| {
        let (value, label) = (choice.as_str(), words::online_choice(choice));
        let is_chosen = form.online == value;
        view! {
            <label class="check">
                <input type="radio" name="form[online]" value=value checked=is_chosen/>
                <span>{label}</span>
            </label>
        }
    };
    let choices = OnlinePayments::CHOICES.map(online).into_iter().collect_view();
    let all = Everybody::of(&company, &currency);
    let groups = groups(&form.groups, Some(&all), error);
    let (until, own) = (form.until.clone(), id.clone());
    let (above, actions) = (desk.above(error), desk.actions());
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            {above}
            {late}
            <input type="hidden" name="customer_id" value=own/>
            <input type="hidden" name="version" value=version.to_string()/>
            <fieldset class="choices choices--group">
                <legend>"Online payments"</legend>
                {choices}
                <div class="choices__until">
                    <Field
                        name="form[until]"
                        label="Last day of it"
                        help="It is on again the day after. Empty: until somebody changes it."
                        kind="date"
                        problem=problem(error, "until")
                        value=until
                        is_optional=true
                    />
                </div>
            </fieldset>
            {groups}
            {actions}
        </ActionForm>
        <ActionForm action=desk.save()>
            <input type="hidden" name="customer_id" value=id/>
            <input type="hidden" name="version" value=version.to_string()/>
            <button class="button button--quiet" type="submit">"Reset everything to the company’s settings"</button>
        </ActionForm>
    }
    .into_any()
}
