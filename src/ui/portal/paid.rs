//! What was paid.

use leptos::prelude::*;

use super::{
    bills::{Tab, paid_bill, tabs},
    page,
};
use crate::{
    api::{error::ApiError, portal::invoices::portal_paid, view::PortalPaid},
    ui::components::{icon::Icon, portal_frame::PortalPage},
};

/// Settled invoices, the latest first.
pub struct PaidRoute {
    paid: Resource<Result<PortalPaid, ApiError>>,
}

impl PaidRoute {
    pub(super) fn data() -> Self {
        Self { paid: Resource::new(|| (), |()| portal_paid()) }
    }

    pub(super) fn view(this: Self) -> AnyView {
        page(this.paid, paid_page)
    }
}

fn paid_page(paid: PortalPaid) -> AnyView {
    let PortalPaid { frame, invoices } = paid;
    let list = if invoices.is_empty() {
        view! {
            <div class="state">
                <span class="state__mark"><Icon name="clock" class="icon--large"/></span>
                <h3 class="state__title">"Nothing is paid yet"</h3>
                <p class="state__text">
                    "Invoices move here when their payment has arrived, with a receipt for each."
                </p>
                <a class="button" href="/portal">"See what is to pay"</a>
            </div>
        }
        .into_any()
    } else {
        let rows = invoices.iter().map(paid_bill).collect_view();
        view! { <ul class="bills">{rows}</ul> }.into_any()
    };
    view! {
        <PortalPage frame=frame title="Paid invoices">
            <h1>"Paid invoices"</h1>
            <section class="stack" aria-labelledby="list-title">
                <h2 class="visually-hidden" id="list-title">"Invoices"</h2>
                {tabs(Tab::Paid, None)}
                {list}
            </section>
        </PortalPage>
    }
    .into_any()
}
