//! Of what somebody is told by e-mail too: a part of the page of their account.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    refusal::{above, refused},
    state::{CardSkeleton, Failure},
    task_words as words,
};
use crate::{
    api::staff::notifications::{SaveMailedNotifications, mailed_notifications},
    domain::notification::{NotificationKind, NotificationKinds},
};

/// The part.
pub fn section() -> AnyView {
    let mailed = Resource::new_blocking(|| (), |()| mailed_notifications());
    let save = ServerAction::<SaveMailedNotifications>::new();
    let body = move || {
        Suspend::new(async move {
            match mailed.await {
                Ok(kinds) => form(&kinds, save),
                Err(error) => view! { <Failure error=error id="mailed-failure"/> }.into_any(),
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="mailed-title">
            <div class="card__head"><h2 id="mailed-title">"Notifications by e-mail"</h2></div>
            <div class="card__body">
                <Transition fallback=|| view! { <CardSkeleton what="your notifications"/> }>{body}</Transition>
            </div>
        </section>
    }
    .into_any()
}

fn form(kinds: &NotificationKinds, save: ServerAction<SaveMailedNotifications>) -> AnyView {
    let error = refused(save);
    let done = move || {
        matches!(save.value().get(), Some(Ok(()))).then(|| {
            view! {
                <div class="notice notice--good" role="status">
                    <StaffIcon name="check"/>
                    <div class="notice__body"><p>"Saved."</p></div>
                </div>
            }
        })
    };
    let switch = |kind: NotificationKind| {
        let name = format!("mailed[{}]", kind.as_str());
        let is_on = kinds.has(kind);
        view! {
            <label class="check">
                <input type="checkbox" name=name value="true" checked=is_on/>
                <span>{words::switch(kind)}</span>
            </label>
        }
    };
    let switches = NotificationKind::ALL.map(switch).into_iter().collect_view();
    view! {
        <ActionForm action=save attr:class="form">
            {above(error)}
            {done}
            <fieldset class="choices">
                <legend>"Mail me when"</legend>
                {switches}
            </fieldset>
            <p class="field__help">
                "The bell tells you of all of them in any case. The mails name no customer."
            </p>
            <button class="button button--primary" type="submit">"Save"</button>
        </ActionForm>
    }
    .into_any()
}
