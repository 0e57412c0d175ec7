//! Choosing whose invoices to see.

use leptos::{prelude::*, server_fn::ServerFn};

use super::page::page;
use crate::{
    api::{
        portal::session::{AccountsPage, ChooseAccount, accounts},
        view::AccountView,
    },
    ui::components::{
        icon::Icon,
        notice::{ErrorNotice, returned_error},
        portal_frame::PortalPage,
    },
};

/// Choosing an account.
pub fn accounts_to_choose() -> AnyView {
    page(accounts(), accounts_page)
}

fn accounts_page(page: AccountsPage) -> AnyView {
    let AccountsPage { frame, accounts } = page;
    let error = returned_error::<ChooseAccount>().map(|error| view! { <ErrorNotice error=error/> });
    let list = if accounts.is_empty() {
        view! {
            <div class="state">
                <span class="state__mark"><Icon name="customers" class="icon--large"/></span>
                <h2 class="state__title">"No account is open to this address"</h2>
                <p class="state__text">
                    "Ask the people named below to add your address, then sign in again."
                </p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <form action=ChooseAccount::PATH method="post">
                <ul class="stack stack--tight">
                    {accounts.into_iter().map(account).collect_view()}
                </ul>
            </form>
        }
        .into_any()
    };
    view! {
        <PortalPage frame=frame title="Choose an account" is_narrow=true>
            {error}
            <h1>"Choose an account"</h1>
            {list}
        </PortalPage>
    }
    .into_any()
}

fn account(account: AccountView) -> AnyView {
    let AccountView { id, number, name } = account;
    view! {
        <li>
            <button
                class="method method--link button--wide"
                type="submit"
                name="customer_id"
                value=id
            >
                <Icon name="customers"/>
                <span class="method__text">
                    <span class="method__name">{name}</span>
                    " "
                    <span class="method__note">{number}</span>
                </span>
                <Icon name="next" class="icon--flip"/>
            </button>
        </li>
    }
    .into_any()
}
