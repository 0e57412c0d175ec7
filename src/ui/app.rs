//! The routes. `/portal` and `/staff` are loaded separately and on demand; portal pages are
//! rendered whole before they are sent, so that they are complete without any script.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use super::{components::not_found::NotFoundPage, portal, staff};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Quittance"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/portal/sign-in") view={Lazy::<portal::sign_in::EmailRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/sign-in/code") view={Lazy::<portal::sign_in::CodeRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/accounts") view={Lazy::<portal::accounts::AccountsRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal") view={Lazy::<portal::home::HomeRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/paid") view={Lazy::<portal::paid::PaidRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/invoices/:id") view={Lazy::<portal::invoice::InvoiceRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay") view={Lazy::<portal::choose::ChooseRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay/review/:id") view={Lazy::<portal::review::ReviewRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal/payments/:id") view={Lazy::<portal::payment::PaymentRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/staff/sign-in") view={Lazy::<staff::sign_in::SignInRoute>::new()}/>
                <ParentRoute path=path!("/staff") view={Lazy::<staff::frame::FrameRoute>::new()}>
                    <Route path=path!("") view={Lazy::<staff::unpaid::UnpaidRoute>::new()}/>
                    <Route path=path!("customers") view={Lazy::<staff::customers::CustomersRoute>::new()}/>
                    <Route path=path!("invoices") view={Lazy::<staff::unpaid::UnpaidRoute>::new()}/>
                    <Route path=path!("paid") view={Lazy::<staff::paid::PaidRoute>::new()}/>
                    <Route path=path!("import") view={Lazy::<staff::import::ImportRoute>::new()}/>
                    <Route path=path!("import/:upload") view={Lazy::<staff::import_map::ImportMapRoute>::new()}/>
                    <Route path=path!("import/runs/:id") view={Lazy::<staff::import_run::ImportRunRoute>::new()}/>
                    <Route path=path!("mailbox") view={Lazy::<staff::mailbox::MailboxRoute>::new()}/>
                    <Route path=path!("mailbox/:id") view={Lazy::<staff::message::MessageRoute>::new()}/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
