//! The routes. `/portal` and `/staff` are loaded separately and on demand; portal pages are
//! rendered whole before they are sent, so that they are complete without any script.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use super::{components::not_found::NotFoundPage, portal::tree as portal, staff::tree as staff};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Quittance"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/portal/sign-in") view={Lazy::<portal::Email>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/sign-in/code") view={Lazy::<portal::Code>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/accounts") view={Lazy::<portal::Accounts>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal") view={Lazy::<portal::Home>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/paid") view={Lazy::<portal::Paid>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/invoices/:id") view={Lazy::<portal::Invoice>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay") view={Lazy::<portal::Choose>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay/review/:id") view={Lazy::<portal::Review>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/payments/:id") view={Lazy::<portal::Payment>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/staff/sign-in") view={Lazy::<staff::SignIn>::new()}/>
                <ParentRoute path=path!("/staff") view={Lazy::<staff::Frame>::new()}>
                    <Route path=path!("") view={Lazy::<staff::Unpaid>::new()}/>
                    <Route path=path!("customers") view={Lazy::<staff::Customers>::new()}/>
                    <Route path=path!("invoices") view={Lazy::<staff::Unpaid>::new()}/>
                    <Route path=path!("paid") view={Lazy::<staff::Paid>::new()}/>
                    <Route path=path!("import") view={Lazy::<staff::Import>::new()}/>
                    <Route path=path!("import/:upload") view={Lazy::<staff::ImportMap>::new()}/>
                    <Route path=path!("import/runs/:id") view={Lazy::<staff::ImportRun>::new()}/>
                    <Route path=path!("mailbox") view={Lazy::<staff::Mailbox>::new()}/>
                    <Route path=path!("mailbox/:id") view={Lazy::<staff::Message>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
