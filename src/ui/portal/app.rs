//! The portal's pages and their addresses, rendered whole before they are sent.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use super::{
    accounts::accounts_to_choose,
    autopay::autopay,
    choose::choose,
    documents::documents,
    home::home,
    invoice::invoice,
    paid::paid,
    pay_link::linked_invoice,
    payment::payment,
    review::price_to_confirm,
    sign_in::{code, email},
};
use crate::ui::components::not_found::NotFoundPage;

/// Everything under `/portal`, the page of a pay link, and the page for addresses that nothing answers.
#[component]
pub fn PortalApp() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Quittance"/>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/portal/sign-in") view=email ssr=SsrMode::Async/>
                <Route path=path!("/portal/sign-in/code") view=code ssr=SsrMode::Async/>
                <Route path=path!("/portal/accounts") view=accounts_to_choose ssr=SsrMode::Async/>
                <Route path=path!("/portal") view=home ssr=SsrMode::Async/>
                <Route path=path!("/portal/paid") view=paid ssr=SsrMode::Async/>
                <Route path=path!("/portal/autopay") view=autopay ssr=SsrMode::Async/>
                <Route path=path!("/portal/documents") view=documents ssr=SsrMode::Async/>
                <Route path=path!("/portal/invoices/:id") view=invoice ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay") view=choose ssr=SsrMode::Async/>
                <Route path=path!("/portal/pay/review/:id") view=price_to_confirm ssr=SsrMode::Async/>
                <Route path=path!("/portal/payments/:id") view=payment ssr=SsrMode::Async/>
                <Route path=path!("/pay/:token") view=linked_invoice ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
