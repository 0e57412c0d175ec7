//! Settings of receivables.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    billing_words as words, contact_roles, custom_fields, document_types,
    icon::StaffIcon,
    payment_settings, promise_settings,
    refusal::{above, refused},
    settings_tabs::{SettingsTab, tabs},
    state::{CardSkeleton, Failure},
    statement_settings, task_templates, workflow_settings,
};
use crate::{
    api::{
        error::ApiError,
        staff::settings::{SaveBillingPreference, receivables_settings},
    },
    domain::{hierarchy::BillingPreference, receivables::ReceivablesSettings},
};

/// The page.
#[component]
pub fn SettingsPage() -> AnyView {
    let settings = Resource::new_blocking(|| (), |()| receivables_settings());
    let save = ServerAction::<SaveBillingPreference>::new();
    Effect::new(move |before: Option<usize>| {
        let count = save.version().get();
        if before.is_some_and(|before| before != count) {
            settings.refetch();
        }
        count
    });
    let grace = promise_settings::choosing_grace(move || settings.refetch());
    let body = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(settings) => view! {
                    {promise_settings::section(settings.promise_grace_days, grace)}
                    {who_pays(settings, save)}
                }
                .into_any(),
                // Of the two parts, whoever may change one sees that one.
                Err(ApiError::Forbidden) => ().into_any(),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    // The other pages are open to those who may change all settings.
    let pages = move || {
        Suspend::new(async move { settings.await.is_ok().then(|| tabs(SettingsTab::Receivables)) })
    };
    view! {
        <Title text="Settings · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Settings"</h1></div>
            <Transition>{pages}</Transition>
            {payment_settings::section()}
            {workflow_settings::section()}
            {statement_settings::section()}
            {contact_roles::section()}
            {custom_fields::section()}
            {task_templates::section()}
            {document_types::section()}
            <Transition fallback=|| view! { <CardSkeleton what="the settings"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn who_pays(settings: ReceivablesSettings, save: ServerAction<SaveBillingPreference>) -> AnyView {
    let error = refused(save);
    let now = settings.billing_preference;
    let done = move || {
        matches!(save.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body">
                        <p>"Saved. Who pays for whom is worked out now; each change is in the customers’ history."</p>
                    </div>
                </div>
            }
        })
    };
    let option = |preference: BillingPreference| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="after"
                    value=preference.as_str()
                    checked=preference == now
                />
                <span>
                    <span>{words::preference(preference)}</span>
                    <span class="field__help">{words::explained(preference)}</span>
                </span>
            </label>
        }
    };
    let options = BillingPreference::ALL.map(option).into_iter().collect_view();
    view! {
        <section class="card" aria-labelledby="who-pays">
            <div class="card__head"><h2 id="who-pays">"Who pays"</h2></div>
            <div class="card__body">
                <ActionForm action=save attr:class="form">
                    {above(error)}
                    {done}
                    <input type="hidden" name="before" value=now.as_str()/>
                    <fieldset class="choices">
                        <legend>"When a customer that belongs to another buys"</legend>
                        {options}
                    </fieldset>
                    <p class="field__help">
                        "A customer can have a setting of its own, in its panel. For projects the \
                         immediate parent pays unless they say otherwise. Whoever pays sees the \
                         invoices in the portal."
                    </p>
                    <button class="button button--primary" type="submit">"Save"</button>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}
