//! A field for notes that offers colleagues behind an `@`. Without script the name is typed, and found
//! when the note is sent.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    domain::mention::{self, Colleague},
    ui::{format::plural, hooks::focus},
};

/// How long the offers stay when the field is left.
const CLOSE_AFTER: Duration = Duration::from_millis(250);
/// Colleagues that are offered at once.
const OFFERED_MAX: usize = 8;

/// The list of those who are offered.
const LIST: &str = "mention-list";

/// What is offered where.
#[derive(Clone, Copy)]
struct Offers {
    id: &'static str,
    text: Memo<String>,
    set: Callback<String>,
    colleagues: Memo<Vec<Colleague>>,
    /// Where the cursor is, in bytes.
    cursor: RwSignal<usize>,
    /// Whether they were sent away since the last letter.
    is_closed: RwSignal<bool>,
    /// Which of them is next.
    at: RwSignal<usize>,
    shown: Memo<Vec<Colleague>>,
}

impl Offers {
    fn new(
        id: &'static str,
        text: Memo<String>,
        set: Callback<String>,
        colleagues: Memo<Vec<Colleague>>,
    ) -> Self {
        let (cursor, is_closed) = (RwSignal::new(0), RwSignal::new(true));
        let shown = Memo::new(move |_| {
            if is_closed.get() {
                return Vec::new();
            }
            let cursor = cursor.get();
            text.with(|text| {
                let Some((_, begun)) = mention::asked_for(text, cursor) else { return Vec::new() };
                colleagues.with(|all| {
                    let offered = mention::offered(all, begun, OFFERED_MAX);
                    // Nothing is left to choose once the name stands there.
                    if let [only] = offered.as_slice()
                        && mention::name_of(only, all).eq_ignore_ascii_case(begun.trim())
                    {
                        return Vec::new();
                    }
                    offered.into_iter().cloned().collect()
                })
            })
        });
        Self { id, text, set, colleagues, cursor, is_closed, at: RwSignal::new(0), shown }
    }

    /// The cursor moved.
    fn moved(self, text: &str, units: usize) {
        let place = mention::byte_of(text, units);
        if self.cursor.get_untracked() != place {
            self.cursor.set(place);
            self.at.set(0);
        }
    }

    /// A colleague is chosen: their name stands where its beginning stood.
    fn choose(self, place: usize) {
        let chosen = self.shown.with_untracked(|shown| shown.get(place).cloned());
        let Some(chosen) = chosen else { return };
        let name = self.colleagues.with_untracked(|all| mention::name_of(&chosen, all).to_owned());
        let text = self.text.get_untracked();
        let cursor = self.cursor.get_untracked();
        let Some((at, _)) = mention::asked_for(&text, cursor) else { return };
        let (before, after) =
            (text.get(..at).unwrap_or_default(), text.get(cursor..).unwrap_or_default());
        let gap = if after.starts_with(char::is_whitespace) { "" } else { " " };
        let begun = format!("{before}@{name}{gap}");
        let units = begun.encode_utf16().count() + usize::from(gap.is_empty());
        self.is_closed.set(true);
        let text = format!("{begun}{after}");
        focus::write(self.id, &text, u32::try_from(units).unwrap_or(u32::MAX));
        self.set.run(text);
    }

    fn press(self, event: &KeyboardEvent) {
        let count = self.shown.with_untracked(Vec::len);
        if count == 0 || event.is_composing() {
            return;
        }
        let at = self.at.get_untracked().min(count - 1);
        match event.key().as_str() {
            "ArrowDown" => self.at.set((at + 1) % count),
            "ArrowUp" => self.at.set((at + count - 1) % count),
            "Enter" | "Tab" => self.choose(at),
            "Escape" => self.is_closed.set(true),
            _ => return,
        }
        event.prevent_default();
    }
}

/// The field.
#[component]
pub fn MentionField(
    /// Its id.
    id: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// What is in it.
    text: Memo<String>,
    /// Writes into it.
    set: Callback<String>,
    /// Who can be named.
    colleagues: Memo<Vec<Colleague>>,
    /// What describes it.
    #[prop(into)]
    described_by: Signal<&'static str>,
    /// Whether what is in it was refused.
    #[prop(into)]
    is_bad: Signal<bool>,
) -> AnyView {
    let offers = Offers::new(id, text, set, colleagues);
    let Offers { shown, at, is_closed, .. } = offers;
    let has_offers = Memo::new(move |_| shown.with(|shown| !shown.is_empty()));
    let active = move || {
        has_offers.get().then(|| {
            let last = shown.with(Vec::len).saturating_sub(1);
            format!("mention-{}", at.get().min(last))
        })
    };
    let option = move |(place, one): (usize, Colleague)| {
        let is_at = move || if at.get() == place { "true" } else { "false" };
        view! {
            <li
                class="offers__item"
                id=format!("mention-{place}")
                role="option"
                aria-selected=is_at
                // The field keeps the focus.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| offers.choose(place)
            >
                <span>{one.name}</span>
                <span>{one.email}</span>
            </li>
        }
    };
    let list = move || {
        has_offers.get().then(|| {
            let rows = move || shown.get().into_iter().enumerate().map(option).collect_view();
            view! { <ul class="offers" id=LIST role="listbox" aria-label="Colleagues">{rows}</ul> }
        })
    };
    let said = move || {
        has_offers.get().then(|| {
            let count = i64::try_from(shown.with(Vec::len)).unwrap_or(i64::MAX);
            format!("{} to choose from", plural(count, "colleague", "colleagues"))
        })
    };
    view! {
        <textarea
            class="input"
            id=id
            name=name
            rows="3"
            aria-autocomplete="list"
            aria-controls=move || has_offers.get().then_some(LIST)
            aria-activedescendant=active
            aria-invalid=move || is_bad.get().then_some("true")
            aria-describedby=move || described_by.get()
            prop:value=move || text.get()
            on:input:target=move |event| {
                let field = event.target();
                let text = field.value();
                let units = field.selection_start().ok().flatten();
                let units = units.map_or(usize::MAX, |units| usize::try_from(units).unwrap_or(usize::MAX));
                is_closed.set(false);
                set.run(text.clone());
                offers.moved(&text, units);
            }
            on:keyup:target=move |event| {
                let field = event.target();
                if let Ok(Some(units)) = field.selection_start() {
                    offers.moved(&field.value(), usize::try_from(units).unwrap_or(usize::MAX));
                }
            }
            on:keydown=move |event| offers.press(&event)
            // Not at once: a button that is being pressed must not move away below the pointer.
            on:blur=move |_| set_timeout(move || is_closed.set(true), CLOSE_AFTER)
        ></textarea>
        {list}
        <p class="visually-hidden" role="status">{said}</p>
    }
    .into_any()
}
