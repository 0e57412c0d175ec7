//! A list in the settings with a form below it, for one of its entries or a new one: opened by a
//! button of the list, closed by what the form does or by changing one's mind.

use std::future::Future;

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    refusal::above_or_now,
    state::{CardSkeleton, Failure},
};
use crate::{api::error::ApiError, ui::hooks::focus};

/// A list of `V`. `T` is what the form began with: it is not made anew when the list is read again.
pub struct ListDesk<V, T>
where
    V: Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    list: Resource<Result<Vec<V>, ApiError>>,
    open: RwSignal<Option<T>>,
    /// Each forgets what came of something that the form can do.
    clear: StoredValue<Vec<Box<dyn Fn() + Send + Sync>>>,
    /// The id of the form's first field.
    first: &'static str,
    /// The id of the button that what closes the form leads back to.
    button: fn(&T) -> &'static str,
}

impl<V, T> Clone for ListDesk<V, T>
where
    V: Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<V, T> Copy for ListDesk<V, T>
where
    V: Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
}

impl<V, T> ListDesk<V, T>
where
    V: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The list that `read` reads. `first` is the id of the form's first field; `button` tells the
    /// id of the button that opens an empty form.
    pub fn new<F>(
        read: impl Fn() -> F + Send + Sync + 'static,
        first: &'static str,
        button: fn(&T) -> &'static str,
    ) -> Self
    where
        F: Future<Output = Result<Vec<V>, ApiError>> + Send + 'static,
    {
        Self {
            list: Resource::new_blocking(|| (), move |()| read()),
            open: RwSignal::new(None),
            clear: StoredValue::new(Vec::new()),
            first,
            button,
        }
    }

    /// Something that the form can do; once it is done the form is closed and the list read again.
    pub fn action<F>(self) -> ServerAction<F>
    where
        F: ServerFn<Error = ApiError, Output = ()> + Clone + Send + Sync + 'static,
    {
        let action = ServerAction::<F>::new();
        self.clear.update_value(|clear| clear.push(Box::new(move || action.clear())));
        Effect::new(move |_| match action.value().get() {
            Some(Ok(())) => {
                self.close();
                self.list.refetch();
            }
            Some(Err(ApiError::Conflict(_))) => self.list.refetch(),
            _ => {}
        });
        action
    }

    /// Reads the list again.
    pub fn refetch(self) {
        self.list.refetch();
    }

    /// Opens the form.
    fn show(self, begun: T) {
        self.clear.with_value(|clear| clear.iter().for_each(|clear| clear()));
        self.open.set(Some(begun));
        focus::focus_on(self.first);
    }

    fn close(self) {
        if let Some(begun) = self.open.get_untracked() {
            self.open.set(None);
            focus::focus_on((self.button)(&begun));
        }
    }

    /// The part of the settings: what `list` makes of the list, and what `form` makes of what the
    /// form began with; nothing for those who may not change it. `what` names it while it is read,
    /// `failure` is the id of the heading when it cannot be.
    pub fn section(
        self,
        what: &'static str,
        failure: &'static str,
        list: impl Fn(Vec<V>) -> AnyView + Copy + Send + Sync + 'static,
        form: impl Fn(T) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let body = move || {
            Suspend::new(async move {
                match self.list.await {
                    Ok(found) => list(found),
                    Err(ApiError::Forbidden) => ().into_any(),
                    Err(error) => view! { <Failure error=error id=failure/> }.into_any(),
                }
            })
        };
        let form = move || self.open.get().map(&form);
        view! {
            <Transition fallback=move || view! { <CardSkeleton what=what/> }>{body}</Transition>
            {form}
        }
        .into_any()
    }

    /// The button that opens an empty form, while none is open.
    pub fn adder(self, label: &'static str, begun: T) -> AnyView {
        let add = move || {
            let begun = begun.clone();
            let id = (self.button)(&begun);
            let add = move |_| self.show(begun.clone());
            self.open.with(Option::is_none).then(|| {
                view! { <p><button class="button" id=id type="button" on:click=add>{label}</button></p> }
            })
        };
        view! { {add} }.into_any()
    }

    /// The button in a row that opens the form for it.
    pub fn changer(self, label: String, begun: T) -> AnyView {
        let change = move |_| self.show(begun.clone());
        view! {
            <button class="button button--quiet" type="button" aria-label=label on:click=change>"Change"</button>
        }
        .into_any()
    }

    /// What no field can say, above all of them; when somebody else was faster, with a way to what
    /// is there now.
    pub fn above(self, error: Memo<Option<ApiError>>) -> impl IntoView {
        above_or_now(error, move || self.close())
    }

    /// The buttons under the form's fields.
    pub fn actions(self, label: &'static str) -> AnyView {
        view! {
            <div class="form__actions">
                <button class="button button--primary" type="submit">{label}</button>
                <button class="button" type="button" on:click=move |_| self.close()>"Cancel"</button>
            </div>
        }
        .into_any()
    }
}
