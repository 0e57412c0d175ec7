//! Custom fields in the settings: which there are, adding, changing and removing them and the values
//! of their lists.

use leptos::prelude::*;

use super::{
    icon::StaffIcon,
    list_desk::ListDesk,
    refusal::{above, problem, refused},
};
use crate::{
    api::{
        staff::custom_fields::{RemoveField, RemoveOption, SaveField, list_fields},
        view::{FieldDraft, FieldSettingView, OptionDraft},
    },
    domain::custom_field::{FIELDS_MAX, FieldKind, FieldLevel},
    ui::{
        components::field::{Field, field_alert},
        format,
        hooks::focus,
    },
};

/// The id of the form's first field.
const NAME: &str = "field[name]";

/// The id of the button that opens an empty form.
const fn add_id(level: FieldLevel) -> &'static str {
    match level {
        FieldLevel::Customer => "field-add-customer",
        FieldLevel::Invoice => "field-add-invoice",
    }
}

const fn level_title(level: FieldLevel) -> &'static str {
    match level {
        FieldLevel::Customer => "Fields of customers",
        FieldLevel::Invoice => "Fields of invoices",
    }
}

/// With the level, and the field that is changed, or none for a new one.
type Fields = ListDesk<FieldSettingView, (FieldLevel, Option<FieldSettingView>)>;

/// What the part can do.
#[derive(Clone, Copy)]
struct Desk {
    fields: Fields,
    save: ServerAction<SaveField>,
    remove: ServerAction<RemoveField>,
    remove_option: ServerAction<RemoveOption>,
}

/// The part of the settings; nothing for those who may not change it.
pub fn section() -> AnyView {
    let fields = Fields::new(list_fields, NAME, |(level, _)| add_id(*level));
    let (save, remove, remove_option) = (fields.action(), fields.action(), fields.action());
    let desk = Desk { fields, save, remove, remove_option };
    fields.section(
        "the custom fields",
        "fields-failure",
        move |all| shown(&all, fields),
        move |(level, field)| form(level, field, desk),
    )
}

fn shown(fields: &[FieldSettingView], desk: Fields) -> AnyView {
    let part = |level: FieldLevel| {
        let own: Vec<&FieldSettingView> =
            fields.iter().filter(|field| field.level == level).collect();
        let is_full = own.len() >= FIELDS_MAX;
        let rows = own.into_iter().map(|field| row(field, desk)).collect_view();
        let is_empty = !fields.iter().any(|field| field.level == level);
        let nothing = is_empty.then(|| view! { <p class="soft">"None yet."</p> });
        let list = (!is_empty).then(|| {
            view! { <ul class="history" aria-label=level_title(level)>{rows}</ul> }
        });
        let label = match level {
            FieldLevel::Customer => "Add a field for customers",
            FieldLevel::Invoice => "Add a field for invoices",
        };
        let add = (!is_full).then(|| desk.adder(label, (level, None)));
        let full = is_full
            .then(|| view! { <p class="field__help">"There are ten, and no room for more."</p> });
        view! {
            <h3>{level_title(level)}</h3>
            {nothing}
            {list}
            {full}
            {add}
        }
        .into_any()
    };
    let parts = FieldLevel::ALL.map(part).into_iter().collect_view();
    view! {
        <section class="card" aria-labelledby="fields-title">
            <div class="card__head"><h2 id="fields-title">"Custom fields"</h2></div>
            <div class="card__body">
                <p class="field__help">
                    "Fields of your own for customers and invoices, up to ten each: columns and filters in \
                     the lists, and never sent to your accounting system."
                </p>
                {parts}
            </div>
        </section>
    }
    .into_any()
}

fn row(setting: &FieldSettingView, desk: Fields) -> impl IntoView + use<> {
    let name = setting.field.name.clone();
    let label = format!("Change the field {name}");
    let switches = setting.switches;
    let kind = match setting.field.kind {
        FieldKind::Text => "Text".to_owned(),
        FieldKind::List => {
            let count = i64::try_from(setting.field.options.len()).unwrap_or(i64::MAX);
            format!("List of {}", format::plural(count, "value", "values"))
        }
    };
    let side = match (switches.is_shown, switches.is_editable) {
        (true, true) => "shown and editable",
        (true, false) => "shown, read-only",
        (false, _) => "hidden",
    };
    let portal = switches.is_in_portal.then_some(" · in the portal");
    let used = match setting.level {
        FieldLevel::Customer => format::plural(setting.used, "customer", "customers"),
        FieldLevel::Invoice => format::plural(setting.used, "invoice", "invoices"),
    };
    let change = desk.changer(label, (setting.level, Some(setting.clone())));
    view! {
        <li class="history__item">
            <p class="history__what">{name}</p>
            <p class="history__who">{kind} " · " {side} {portal} " · " {used}</p>
            {change}
        </li>
    }
}

/// A value of the list that is written.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    id: StoredValue<String>,
    name: RwSignal<String>,
}

/// The values of the list, in their order.
#[derive(Clone, Copy)]
struct Lines {
    all: RwSignal<Vec<Line>>,
    next: StoredValue<usize>,
}

impl Lines {
    fn of(setting: Option<&FieldSettingView>) -> Self {
        let lines = Self { all: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
        for option in setting.iter().flat_map(|setting| &setting.field.options) {
            lines.add(option.id.clone(), option.name.clone());
        }
        if setting.is_none() {
            lines.add(String::new(), String::new());
        }
        lines
    }

    fn add(self, id: String, name: String) -> usize {
        let key = self.next.get_value();
        self.next.set_value(key + 1);
        let line = Line { key, id: StoredValue::new(id), name: RwSignal::new(name) };
        self.all.update(|all| all.push(line));
        key
    }

    fn step(self, key: usize, down: bool) {
        self.all.update(|all| {
            let Some(place) = all.iter().position(|line| line.key == key) else { return };
            let other = if down { Some(place + 1) } else { place.checked_sub(1) };
            if let Some(other) = other.filter(|other| *other < all.len()) {
                all.swap(place, other);
            }
        });
        focus::focus_on(step_id(key, down));
    }

    fn drafts(self) -> Vec<OptionDraft> {
        self.all.with_untracked(|all| {
            let draft = |line: &Line| OptionDraft {
                id: line.id.get_value(),
                name: line.name.get_untracked(),
            };
            all.iter().map(draft).collect()
        })
    }
}

fn step_id(key: usize, down: bool) -> String {
    format!("line-{}-{key}", if down { "down" } else { "up" })
}

fn line_row(line: Line, lines: Lines) -> AnyView {
    let Line { key, id, name } = line;
    let is_new = id.with_value(String::is_empty);
    let called = move || {
        let name = name.get();
        if name.trim().is_empty() { "this value".to_owned() } else { name }
    };
    let step = move |down: bool| {
        let label = move || format!("Move {} {}", called(), if down { "down" } else { "up" });
        let class = if down { "" } else { "lines__up" };
        view! {
            <button
                class="button button--quiet button--icon"
                id=step_id(key, down)
                type="button"
                aria-label=label
                on:click=move |_| lines.step(key, down)
            >
                <StaffIcon name="down" class=class/>
            </button>
        }
    };
    let drop = is_new.then(|| {
        view! {
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-label=move || format!("Leave out {}", called())
                on:click=move |_| {
                    lines.all.update(|all| all.retain(|line| line.key != key));
                    focus::focus_on("line-add");
                }
            >
                <StaffIcon name="close"/>
            </button>
        }
    });
    view! {
        <li class="lines__item">
            <input
                class="input"
                id=format!("line-{key}")
                type="text"
                maxlength="200"
                autocomplete="off"
                aria-label="Value"
                prop:value=move || name.get()
                on:input:target=move |event| name.set(event.target().value())
            />
            {step(false)}
            {step(true)}
            {drop}
        </li>
    }
    .into_any()
}

fn form(level: FieldLevel, setting: Option<FieldSettingView>, desk: Desk) -> AnyView {
    let error = refused(desk.save);
    let (id, version, name) = setting.as_ref().map_or_else(
        || (String::new(), 0, String::new()),
        |setting| (setting.field.id.clone(), setting.version, setting.field.name.clone()),
    );
    let title = match (&setting, level) {
        (Some(_), _) => "Change the field",
        (None, FieldLevel::Customer) => "New field for customers",
        (None, FieldLevel::Invoice) => "New field for invoices",
    };
    let is_new = setting.is_none();
    let kind = RwSignal::new(setting.as_ref().map_or(FieldKind::List, |one| one.field.kind));
    let lines = Lines::of(setting.as_ref());
    let before = setting.as_ref().map(|setting| setting.switches);
    let switch = |is_on: bool| RwSignal::new(is_on);
    let is_shown = switch(before.is_none_or(|switches| switches.is_shown));
    let is_editable = switch(before.is_none_or(|switches| switches.is_editable));
    let is_in_portal = switch(before.is_some_and(|switches| switches.is_in_portal));
    let name = RwSignal::new(name);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let field = FieldDraft {
            id: id.clone(),
            version,
            level,
            kind: kind.get_untracked(),
            name: name.get_untracked(),
            is_shown: is_shown.get_untracked(),
            is_editable: is_editable.get_untracked(),
            is_in_portal: is_in_portal.get_untracked(),
            options: lines.drafts(),
        };
        desk.save.dispatch(SaveField { field });
    };
    let check = |signal: RwSignal<bool>, label: &'static str, help: &'static str| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || signal.get()
                    on:change:target=move |event| signal.set(event.target().checked())
                />
                <span><span>{label}</span> <span class="field__help">{help}</span></span>
            </label>
        }
    };
    let kinds = is_new.then(|| {
        let choice = |one: FieldKind, label: &'static str, help: &'static str| {
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="field-kind"
                        value=one.as_str()
                        prop:checked=move || kind.get() == one
                        on:change=move |_| kind.set(one)
                    />
                    <span><span>{label}</span> <span class="field__help">{help}</span></span>
                </label>
            }
        };
        view! {
            <fieldset class="choices">
                <legend>"What is kept in it"</legend>
                {choice(FieldKind::List, "One of a list", "Can be filtered by, and changed for many at once.")}
                {choice(FieldKind::Text, "A line of text", "Up to 200 characters.")}
            </fieldset>
        }
    });
    let portal = (level == FieldLevel::Invoice).then(|| {
        check(is_in_portal, "In the portal", "Payers see it on the invoice. They cannot change it.")
    });
    let options_problem = problem(error, "options");
    let values = move || (kind.get() == FieldKind::List).then(|| values(lines, options_problem));
    let others = setting.map(|setting| other_steps(&setting, desk));
    let name_problem = problem(error, "field_name");
    view! {
        <section class="card" aria-labelledby="field-form-title">
            <div class="card__head"><h2 id="field-form-title">{title}</h2></div>
            <div class="card__body">
                <form class="form" novalidate="" on:submit=submit>
                    {desk.fields.above(error)}
                    <div on:input=move |event| name.set(event_target_value(&event))>
                        <Field
                            name=NAME
                            label="Name"
                            problem=name_problem
                            autocomplete="off"
                            maxlength="60"
                            value=name.get_untracked()
                        />
                    </div>
                    {kinds}
                    {values}
                    {check(is_shown, "Shown to us", "In the panel, as a column and as a filter.")}
                    {check(is_editable, "Editable", "By those who may edit custom fields.")}
                    {portal}
                    {desk.fields.actions("Save the field")}
                </form>
                {others}
            </div>
        </section>
    }
    .into_any()
}

fn values(lines: Lines, problem: Signal<Option<&'static str>>) -> AnyView {
    let add = move |_| {
        let key = lines.add(String::new(), String::new());
        focus::focus_on(format!("line-{key}"));
    };
    view! {
        <fieldset class="choices choices--group">
            <legend>"Values, in the order they are offered"</legend>
            {field_alert("options-error", move || problem.get())}
            <ul class="lines">
                <For each=move || lines.all.get() key=|line| line.key let:line>
                    {line_row(line, lines)}
                </For>
            </ul>
            <p>
                <button class="button" id="line-add" type="button" on:click=add>"Add a value"</button>
            </p>
        </fieldset>
    }
    .into_any()
}

/// Removing a value of the list, and removing the field.
fn other_steps(setting: &FieldSettingView, desk: Desk) -> AnyView {
    let option = (setting.field.options.len() > 1).then(|| option_form(setting, desk)).into_any();
    view! { {option} {remove_form(setting, desk)} }.into_any()
}

fn option_form(setting: &FieldSettingView, desk: Desk) -> AnyView {
    let error = refused(desk.remove_option);
    let (id, version) = (setting.field.id.clone(), setting.version.to_string());
    let uses = setting.field.options.iter().zip(&setting.options_used);
    let removed = uses.map(|(option, used)| {
        let label = match used {
            0 => option.name.clone(),
            used => format!("{} ({} have it)", option.name, format::count(*used)),
        };
        view! { <option value=option.id.clone()>{label}</option> }
    });
    let removed = removed.collect_view();
    let others = setting.field.options.iter().map(|option| {
        view! { <option value=option.id.clone()>{option.name.clone()}</option> }
    });
    let others = others.collect_view();
    let sentence = problem(error, "value_replacement");
    let other_sentence = problem(error, "option_id");
    let shown = field_alert("value-replacement-error", move || {
        sentence.get().or_else(|| other_sentence.get())
    });
    view! {
        <ActionForm action=desk.remove_option attr:class="form">
            {above(error)}
            <input type="hidden" name="field_id" value=id/>
            <input type="hidden" name="version" value=version/>
            <div class="field">
                <label class="field__label" for="option-removed">"Remove a value"</label>
                <select class="input input--4" id="option-removed" name="option_id">{removed}</select>
            </div>
            <div class="field">
                <label class="field__label" for="option-replacement">"What has it gets"</label>
                {shown}
                <select class="input input--4" id="option-replacement" name="value_replacement">
                    <option value="">"Nothing has it"</option>
                    {others}
                </select>
            </div>
            <button class="button" type="submit">"Remove the value"</button>
        </ActionForm>
    }
    .into_any()
}

fn remove_form(setting: &FieldSettingView, desk: Desk) -> AnyView {
    let error = refused(desk.remove);
    let (id, version) = (setting.field.id.clone(), setting.version.to_string());
    let sentence = problem(error, "takes_values");
    let used = setting.used;
    let whose = match setting.level {
        FieldLevel::Customer => format::plural(used, "customer", "customers"),
        FieldLevel::Invoice => format::plural(used, "invoice", "invoices"),
    };
    let values = (used > 0).then(|| {
        let label =
            format!("Also remove what {whose} have in it. Their histories keep what it was.");
        view! {
            {field_alert("takes-values-error", move || sentence.get())}
            <label class="check">
                <input type="checkbox" name="takes_values" value="true"/>
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <ActionForm action=desk.remove attr:class="form">
            {above(error)}
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            {values}
            <button class="button button--danger" type="submit">"Remove the field"</button>
        </ActionForm>
    }
    .into_any()
}
