//! The company's rules about online payments.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    payment_fields::groups,
    payment_words::online_choice,
    refusal::{above_or_now, problem, refused},
    state::CardSkeleton,
};
use crate::{
    api::{
        error::ApiError,
        staff::settings::{SavePolicy, payment_policy},
        view::PolicyView,
    },
    domain::{gl_accounts::GlAccounts, payment_override::OnlinePayments},
    ui::components::{field::Field, notice::ErrorNotice},
};

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let policy = Resource::new_blocking(|| (), |()| payment_policy());
    let save = ServerAction::<SavePolicy>::new();
    Effect::new(move |_| {
        // What was refused changed nothing, and what was typed stays.
        if matches!(save.value().get(), Some(Ok(()))) {
            policy.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match policy.await {
                Ok(found) => form(found, save, policy),
                Err(ApiError::Forbidden) => ().into_any(),
                Err(error) => view! { <ErrorNotice error=error/> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <CardSkeleton what="the rules about payments"/> }>{body}</Transition> }
        .into_any()
}

fn form(
    found: PolicyView,
    save: ServerAction<SavePolicy>,
    policy: Resource<Result<PolicyView, ApiError>>,
) -> AnyView {
    let PolicyView { version, currency, portal_url, form } = found;
    let show_now = move || {
        save.clear();
        policy.refetch();
    };
    let error = refused(save);
    let done = move || {
        matches!(save.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>"Saved. Prices that are shown from now on follow it."</p></div>
                </div>
            }
        })
    };
    let text = move |name: &'static str,
                     field: &'static str,
                     label: &'static str,
                     help: &'static str,
                     kind: &'static str,
                     value: String| {
        view! {
            <Field
                name=name
                label=label
                help=help
                kind=kind
                problem=problem(error, field)
                autocomplete="off"
                maxlength="20"
                value=value
                is_optional=true
            />
        }
    };
    let facts = [
        text("form[cost]", "cost", "Cost of accepting cards, percent", "", "text", form.cost),
        text("form[notified_on]", "notified_on", "Networks told on", "", "date", form.notified_on),
        text(
            "form[starts_on]",
            "starts_on",
            "First day of the surcharge",
            "",
            "date",
            form.starts_on,
        ),
        text(
            "form[seller_state]",
            "seller_state",
            "Your state, two letters",
            "",
            "text",
            form.seller_state,
        ),
    ];
    let facts = facts.into_iter().collect_view();
    let groups = groups(&form.groups, None, error);
    let accounts = accounts(form.accounts, error);
    let new_customers = new_customers(&form.new_customers);
    let enabled = form.enabled;
    view! {
        <section class="card" aria-labelledby="online-payments">
            <div class="card__head"><h2 id="online-payments">"Online payments"</h2></div>
            <div class="card__body">
                <ActionForm action=save attr:class="form" attr:novalidate="">
                    {above_or_now(error, show_now)}
                    {done}
                    <input type="hidden" name="version" value=version/>
                    <label class="check">
                        <input type="checkbox" name="form[enabled]" value="true" checked=enabled/>
                        <span>
                            <span>"Take payments in the portal"</span>
                            <span class="field__help">{format!("Payers go to {portal_url}. Amounts are typed in {currency}.")}</span>
                        </span>
                    </label>
                    {new_customers}
                    {groups}
                    <fieldset class="choices">
                        <legend>"What a surcharge needs"</legend>
                        <p class="field__help">
                            "The card networks want to be told 30 days before the first surcharge, and it may \
                             not be more than what accepting cards costs you. States have rules of their own. \
                             This is no legal advice."
                        </p>
                        <div class="form form--row">
                            {facts}
                        </div>
                    </fieldset>
                    {accounts}
                    <button class="button button--primary" type="submit">"Save the rules"</button>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

/// Where the books have what comes of payments.
fn accounts(known: GlAccounts, error: Memo<Option<ApiError>>) -> AnyView {
    let GlAccounts { surcharge, fees, discounts } = known;
    let account = |name, field, label, help, value: String| {
        view! {
            <Field
                name=name
                label=label
                help=help
                problem=problem(error, field)
                autocomplete="off"
                maxlength="100"
                value=value
                is_optional=true
            />
        }
    };
    let needed = "Income. Needed while a surcharge is taken.";
    let fields = [
        account("form[accounts][surcharge]", "surcharge_account", "Surcharges", needed, surcharge),
        account("form[accounts][fees]", "fees_account", "Processing fees", "Expense.", fees),
        account(
            "form[accounts][discounts]",
            "discounts_account",
            "Discounts",
            "For paying early and by bank.",
            discounts,
        ),
    ];
    let fields = fields.into_iter().collect_view();
    view! {
        <fieldset class="choices choices--group">
            <legend>"Accounts in your general ledger"</legend>
            <p class="field__help">
                "As your books name or number them: where payments are to be posted there."
            </p>
            <div class="form form--row">{fields}</div>
        </fieldset>
    }
    .into_any()
}

/// Whether customers that come new may pay online.
fn new_customers(chosen: &str) -> AnyView {
    let option = |choice: OnlinePayments| {
        let is_chosen = choice.as_str() == chosen;
        view! { <option value=choice.as_str() selected=is_chosen>{online_choice(choice)}</option> }
    };
    let options = OnlinePayments::CHOICES.map(option).into_iter().collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="new-customers">"Online payments of customers that come new"</label>
            <select
                class="input input--4"
                id="new-customers"
                name="form[new_customers]"
                aria-describedby="new-customers-help"
            >
                {options}
            </select>
            <p class="field__help" id="new-customers-help">
                "Those that are there stay as they are: switch many of them at once in the list of \
                 customers."
            </p>
        </div>
    }
    .into_any()
}
