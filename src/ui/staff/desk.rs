//! A form in the panel in place of what it changes: opened by a button, closed by saving or by
//! changing one's mind, and never about anything but what the panel shows.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    icon::StaffIcon,
    refusal::{above_or_now, refused},
};
use crate::{api::error::ApiError, ui::hooks::focus};

/// Where something of what the panel shows is changed. `T` is what the form began with: it is not
/// made anew when what is known is read again.
pub struct Desk<F, T>
where
    F: ServerFn<Error = ApiError, Output = ()> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    save: ServerAction<F>,
    open: RwSignal<Option<T>>,
    /// Whether the last answer is about what is shown.
    is_own: Memo<bool>,
    /// The id of the button that opens the form; what closes it leads back there.
    button: &'static str,
}

impl<F, T> Clone for Desk<F, T>
where
    F: ServerFn<Error = ApiError, Output = ()> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, T> Copy for Desk<F, T>
where
    F: ServerFn<Error = ApiError, Output = ()> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
}

impl<F, T> Desk<F, T>
where
    F: ServerFn<Error = ApiError, Output = ()> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// For whatever `id` names. `about` tells of a call what it is about; `refresh` reads what is
    /// known again; `button` is the id of the button that opens the form.
    pub fn new(
        id: Memo<String>,
        about: fn(F) -> String,
        refresh: impl Fn() + Send + Sync + 'static,
        button: &'static str,
    ) -> Self {
        let save = ServerAction::<F>::new();
        let open = RwSignal::new(None);
        let sent = RwSignal::new(String::new());
        Effect::new(move |_| {
            if let Some(input) = save.input().get() {
                sent.set(about(input));
            }
        });
        let is_own = Memo::new(move |_| sent.get() == id.get());
        Effect::new(move |_| {
            id.track();
            open.set(None);
            save.clear();
        });
        Effect::new(move |_| match save.value().get() {
            Some(Ok(())) if is_own.get_untracked() => {
                open.set(None);
                refresh();
                focus::focus_on(button);
            }
            Some(Err(error)) => {
                if matches!(error, ApiError::Conflict(_)) {
                    refresh();
                }
                focus::reveal_problem();
            }
            _ => {}
        });
        Self { save, open, is_own, button }
    }

    /// What saves.
    pub const fn save(self) -> ServerAction<F> {
        self.save
    }

    /// What the form began with, while it is open.
    pub fn begun(self) -> Option<T> {
        self.open.get()
    }

    /// Why the last try was refused, if it was about what is shown.
    pub fn error(self) -> Memo<Option<ApiError>> {
        let answer = refused(self.save);
        Memo::new(move |_| answer.get().filter(|_| self.is_own.get()))
    }

    /// What no field can say, above all of them; when somebody else was faster, with a way to what
    /// is there now.
    pub fn above(self, error: Memo<Option<ApiError>>) -> impl IntoView {
        above_or_now(error, move || {
            self.save.clear();
            self.open.set(None);
        })
    }

    /// The button that opens the form.
    pub fn opener(self, label: &'static str, known: &T) -> AnyView {
        let known = known.clone();
        let open = move |_| {
            self.save.clear();
            self.open.set(Some(known.clone()));
        };
        view! {
            <p>
                <button class="button" id=self.button type="button" on:click=open>{label}</button>
            </p>
        }
        .into_any()
    }

    /// The buttons under the form.
    pub fn actions(self) -> AnyView {
        self.actions_named("Save", "Saving …")
    }

    /// The same of a form that does not save: what the first button says, and what while it does it.
    pub fn actions_named(self, name: &'static str, doing: &'static str) -> AnyView {
        let cancel = move |_| {
            self.open.set(None);
            focus::focus_on(self.button);
        };
        let label = move || if self.save.pending().get() { doing } else { name };
        view! {
            <div class="form__actions">
                <button
                    class="button button--primary"
                    type="submit"
                    aria-disabled=move || self.save.pending().get().then_some("true")
                >
                    {label}
                </button>
                <button class="button" type="button" on:click=cancel>"Cancel"</button>
            </div>
        }
        .into_any()
    }

    /// That it was saved, until something else is done. `sentence` says it.
    pub fn saved(self, sentence: &'static str) -> impl IntoView {
        move || {
            (matches!(self.save.value().get(), Some(Ok(()))) && self.is_own.get()).then(|| {
                view! {
                    <div class="notice notice--good" role="status">
                        <StaffIcon name="check"/>
                        <div class="notice__body"><p>{sentence}</p></div>
                    </div>
                }
            })
        }
    }
}
