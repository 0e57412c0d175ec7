//! The company: what is printed about it, and where and in what it counts.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    company_fields::fields,
    company_logo,
    icon::StaffIcon,
    refusal::{above_or_now, refused},
    settings_tabs::{SettingsTab, tabs},
    state::{CardSkeleton, Failure},
};
use crate::api::{
    error::ApiError,
    staff::company::{SaveCompany, company_profile},
    view::CompanyView,
};

type Known = Resource<Result<CompanyView, ApiError>>;

/// The page.
#[component]
pub fn CompanyPage() -> AnyView {
    let known: Known = Resource::new_blocking(|| (), |()| company_profile());
    let save = ServerAction::<SaveCompany>::new();
    Effect::new(move |_| {
        // What was refused changed nothing, and what was typed stays.
        if matches!(save.value().get(), Some(Ok(()))) {
            known.refetch();
        }
    });
    let body = move || {
        Suspend::new(async move {
            match known.await {
                Ok(found) => form(found, save, known),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Company · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Company"</h1></div>
            {tabs(SettingsTab::Company)}
            <Transition fallback=|| view! { <CardSkeleton what="the company"/> }>{body}</Transition>
            {company_logo::section()}
        </div>
    }
    .into_any()
}

fn form(found: CompanyView, save: ServerAction<SaveCompany>, known: Known) -> AnyView {
    let error = refused(save);
    let show_now = move || {
        save.clear();
        known.refetch();
    };
    let done = move || {
        matches!(save.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>"Saved. What is shown, printed and mailed from now on follows it."</p></div>
                </div>
            }
        })
    };
    let fields = fields(&found, error);
    view! {
        <section class="card" aria-labelledby="company-profile">
            <div class="card__head"><h2 id="company-profile">"What payers see of you"</h2></div>
            <div class="card__body">
                <ActionForm action=save attr:class="form" attr:novalidate="">
                    {above_or_now(error, show_now)}
                    {done}
                    <input type="hidden" name="version" value=found.version/>
                    {fields}
                    <button class="button button--primary" type="submit">"Save the company"</button>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}
