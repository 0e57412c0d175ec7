//! The staff's application: one document, whose pages change in the browser.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use super::{
    account::AccountPage, changes::ChangesPage, company::CompanyPage, customers::CustomersPage,
    forecast::ForecastPage, frame::FramePage, import::ImportPage, import_map::ImportMapPage,
    import_run::ImportRunPage, mailbox::MailboxPage, message::MessagePage, paid::PaidPage,
    password::PasswordPage, second_factor::SecondStepPage, settings::SettingsPage,
    sign_in::SignInPage, tasks::TasksPage, team::TeamPage, unpaid::UnpaidPage,
};
use crate::ui::{components::not_found::NotFoundPage, hooks::unsaved};

/// Everything under `/staff`.
#[component]
pub fn StaffApp() -> impl IntoView {
    provide_meta_context();
    unsaved::hear_back();
    view! {
        <Title text="Quittance"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/staff/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/password") view=PasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/staff/second-step") view=SecondStepPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/staff") view=FramePage ssr=SsrMode::Async>
                    <Route path=path!("") view=UnpaidPage/>
                    <Route path=path!("customers") view=CustomersPage/>
                    <Route path=path!("invoices") view=UnpaidPage/>
                    <Route path=path!("paid") view=PaidPage/>
                    <Route path=path!("forecast") view=ForecastPage/>
                    <Route path=path!("import") view=ImportPage/>
                    <Route path=path!("import/:upload") view=ImportMapPage/>
                    <Route path=path!("import/runs/:id") view=ImportRunPage/>
                    <Route path=path!("tasks") view=TasksPage/>
                    <Route path=path!("team") view=TeamPage/>
                    <Route path=path!("settings") view=SettingsPage/>
                    <Route path=path!("settings/company") view=CompanyPage/>
                    <Route path=path!("settings/changes") view=ChangesPage/>
                    <Route path=path!("account") view=AccountPage/>
                    <Route path=path!("mailbox") view=MailboxPage/>
                    <Route path=path!("mailbox/:id") view=MessagePage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
