//! What stands over a list: search, filters, order, and how many were found.

use leptos::prelude::*;

use super::{
    expectation_words,
    icon::StaffIcon,
    list_url::{ListAddress, field_names},
    words,
};
use crate::{
    api::view::FieldView,
    domain::{
        aging::BucketSet,
        custom_field::{FieldFilter, FieldKind, VALUE_MAX},
        expectation::ExpectationStatus,
    },
    ui::hooks::forms::use_get_form,
};

/// A way to sort, in words: label, column, direction.
pub type Order = (&'static str, &'static str, &'static str);

/// What may be filtered by, beside the search.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Whether by age and by status.
    pub has_age: bool,
    /// The currencies; none when there is no choice.
    pub currencies: Vec<String>,
    /// The name of the customer that is filtered by; may be empty.
    pub customer: String,
    /// Whether the currency is chosen elsewhere on the page, and is no filter.
    pub keeps_currency: bool,
    /// The custom fields of what is listed.
    pub fields: Vec<FieldView>,
}

/// The toolbar of a list.
#[component]
pub fn Toolbar(
    /// The list.
    address: ListAddress,
    /// What is searched, in words.
    what: &'static str,
    /// What can be searched for.
    placeholder: &'static str,
    /// What can be filtered by.
    filters: Filters,
    /// Ways to sort, for narrow screens; the first is the list's own.
    orders: &'static [Order],
    /// How many were found, in words.
    count: String,
) -> AnyView {
    let has_menu = filters.has_age || filters.currencies.len() > 1 || !filters.fields.is_empty();
    let menu = has_menu.then(|| filter_menu(&address, &filters));
    let sort = (!orders.is_empty()).then(|| sort_menu(&address, orders));
    let chips = chips(&address, &filters);
    let search = address.list.search.clone();
    let action = address.path.clone();
    view! {
        <div class="toolbar">
            <form
                class="toolbar__search"
                method="get"
                action=action
                on:submit=use_get_form()
            >
                <label class="visually-hidden" for="q">{format!("Search {what}")}</label>
                <input
                    class="input"
                    id="q"
                    name="search"
                    type="search"
                    value=search.clone()
                    prop:value=search
                    placeholder=placeholder
                    autocomplete="off"
                />
                {carried(&address, &["search"])}
                <button class="button" type="submit">"Search"</button>
            </form>
            {menu}
            {sort}
            {chips}
            <p class="toolbar__end" role="status">{count}</p>
        </div>
    }
    .into_any()
}

fn carried(address: &ListAddress, own: &[&str]) -> impl IntoView + use<> {
    let field = |(name, value)| view! { <input type="hidden" name=name value=value/> };
    address.carried(own).into_iter().map(field).collect_view()
}

fn choice(value: &str, label: String, chosen: &str) -> impl IntoView + use<> {
    let is_chosen = value == chosen;
    view! { <option value=value.to_owned() selected=is_chosen prop:selected=is_chosen>{label}</option> }
}

fn filter_menu(address: &ListAddress, filters: &Filters) -> impl IntoView + use<> {
    let list = &address.list;
    let age = filters.has_age.then(|| {
        let keys = BucketSet::Detailed.buckets().iter().map(|bucket| bucket.key);
        let bucket = list.bucket.clone();
        let ages = std::iter::once("")
            .chain(keys)
            .map(|key| choice(key, words::bucket_alone(key).to_owned(), &bucket))
            .collect_view();
        let any = std::iter::once(choice("", "Any".to_owned(), &list.status));
        let each = ExpectationStatus::ALL.map(|status| {
            let label = expectation_words::status(status).to_owned();
            choice(status.as_str(), label, &list.status)
        });
        let states = any.chain(each).collect_view();
        view! {
            <div class="field">
                <label class="field__label" for="f-age">"Age"</label>
                <select class="input" id="f-age" name="bucket">{ages}</select>
            </div>
            <div class="field">
                <label class="field__label" for="f-status">"Expected"</label>
                <select class="input" id="f-status" name="status">{states}</select>
            </div>
        }
    });
    let currency = (filters.currencies.len() > 1).then(|| {
        let any = std::iter::once(choice("", "Any".to_owned(), &list.currency));
        let each = filters.currencies.iter().map(|code| choice(code, code.clone(), &list.currency));
        let choices = any.chain(each).collect_view();
        view! {
            <div class="field">
                <label class="field__label" for="f-currency">"Currency"</label>
                <select class="input input--2" id="f-currency" name="currency">{choices}</select>
            </div>
        }
    });
    let mut own: Vec<&str> = Vec::new();
    if filters.has_age {
        own.extend(["bucket", "status"]);
    }
    if filters.currencies.len() > 1 {
        own.push("currency");
    }
    let values: Vec<&str> = address.values().collect();
    let fields = filters.fields.iter().enumerate().filter_map(|(index, field)| {
        let (name, of) = field_names(index)?;
        if field.kind == FieldKind::Text {
            return Some(words_field((name, of), field, &values));
        }
        let chosen = field.options.iter().find(|option| values.contains(&option.id.as_str()));
        let chosen = chosen.map(|option| option.id.clone()).unwrap_or_default();
        let any = std::iter::once(choice("", "Any".to_owned(), &chosen));
        let each = field.options.iter().map(|one| choice(&one.id, one.name.clone(), &chosen));
        let choices = any.chain(each).collect_view();
        let id = format!("filter-{name}");
        let select = view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{field.name.clone()}</label>
                <select class="input" id=id name=name>{choices}</select>
            </div>
        };
        Some(select.into_any())
    });
    let fields = fields.collect_view();
    own.extend((0..).map_while(field_names).map(|(name, _)| name));
    view! {
        <details class="menu">
            <summary class="button"><StaffIcon name="filter"/>"Filter"</summary>
            <div class="menu__list menu__list--start">
                <form
                    class="menu__form"
                    method="get"
                    action=address.path.clone()
                    on:submit=use_get_form()
                >
                    {age}
                    {currency}
                    {fields}
                    {carried(address, &own)}
                    <button class="button button--primary" type="submit">"Apply"</button>
                </form>
            </div>
        </details>
    }
}

/// The words in a field of text that the values of an address ask for.
fn words_in(field: &FieldView, values: &[&str]) -> Option<String> {
    values.iter().find_map(|value| match FieldFilter::read(value)? {
        FieldFilter::Words(id, words) if id.to_string() == field.id => Some(words),
        _ => None,
    })
}

/// Words to look for in a field of text.
fn words_field(
    (name, of): (&'static str, &'static str),
    field: &FieldView,
    values: &[&str],
) -> AnyView {
    let words = words_in(field, values).unwrap_or_default();
    let id = format!("filter-{name}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{field.name.clone()}</label>
            <input type="hidden" name=of value=field.id.clone()/>
            <input
                class="input"
                id=id
                name=name
                type="text"
                maxlength=VALUE_MAX.to_string()
                value=words.clone()
                prop:value=words
                placeholder="Any"
                autocomplete="off"
            />
        </div>
    }
    .into_any()
}

fn sort_menu(address: &ListAddress, orders: &'static [Order]) -> impl IntoView + use<> {
    let standard = orders.first().map_or(("", ""), |(_, sort, direction)| (*sort, *direction));
    let (sort, direction) = words::effective_order(&address.list, standard);
    let address = address.clone();
    let item = move |(label, column, way): &Order| {
        let is_current = (*column == sort && *way == direction).then_some("true");
        let href = address.sorted(column, way).href();
        view! {
            <li>
                <a class="menu__item" href=href aria-current=is_current data-noscroll="">{*label}</a>
            </li>
        }
    };
    view! {
        <details class="menu only-narrow">
            <summary class="button"><StaffIcon name="sort"/>"Sort"</summary>
            <ul class="menu__list">{orders.iter().map(item).collect_view()}</ul>
        </details>
    }
}

/// What the list is filtered by: words, and the address without it.
fn active(address: &ListAddress, filters: &Filters) -> Vec<(String, String)> {
    let list = &address.list;
    let mut found = Vec::new();
    if !list.bucket.is_empty() {
        let words = words::bucket_alone(&list.bucket).to_owned();
        found.push((words, address.changed(|list| list.bucket = String::new()).href()));
    }
    if !list.currency.is_empty() && !filters.keeps_currency {
        let href = address.changed(|list| list.currency = String::new()).href();
        found.push((list.currency.clone(), href));
    }
    if let Some(status) = ExpectationStatus::from_word(&list.status) {
        let href = address.changed(|list| list.status = String::new()).href();
        found.push((expectation_words::status(status).to_owned(), href));
    }
    for id in address.values() {
        let named = filters.fields.iter().find_map(|field| {
            if let Some(words) = words_in(field, &[id]) {
                return Some(format!("{}: “{words}”", field.name));
            }
            let option = field.options.iter().find(|option| option.id == id)?;
            Some(format!("{}: {}", field.name, option.name))
        });
        let words = named.unwrap_or_else(|| "A value that is gone".to_owned());
        found.push((words, address.without_value(id).href()));
    }
    if !list.customer.is_empty() {
        let name = filters.customer.as_str();
        let name = if name.is_empty() { "One customer" } else { name };
        let href = address.changed(|list| list.customer = String::new()).href();
        found.push((name.to_owned(), href));
    }
    if !list.search.is_empty() {
        let href = address.changed(|list| list.search = String::new()).href();
        found.push((format!("“{}”", list.search), href));
    }
    found
}

fn chips(address: &ListAddress, filters: &Filters) -> Option<impl IntoView + use<>> {
    let active = active(address, filters);
    if active.is_empty() {
        return None;
    }
    let chip = |(words, href): (String, String)| {
        let label = format!("Remove filter {words}");
        view! {
            <li class="filter-chip">
                <span>{words}</span>
                <a class="filter-chip__remove" href=href aria-label=label data-noscroll="">
                    <StaffIcon name="close"/>
                </a>
            </li>
        }
    };
    let everything = address.everything().href();
    Some(view! {
        <ul class="filters" aria-label="Filters">
            {active.into_iter().map(chip).collect_view()}
            <li>
                <a class="button button--quiet" href=everything data-noscroll="">"Clear all"</a>
            </li>
        </ul>
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_can_be_taken_away() {
        let query =
            [("search", "baxter"), ("bucket", "120+"), ("customer", "c-1"), ("sort", "due")];
        let address = ListAddress::read("/staff", |name| {
            query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        });
        let filters = Filters { customer: "Baxter & Lowe".to_owned(), ..Filters::default() };
        let active = active(&address, &filters);
        let words: Vec<_> = active.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(words, ["More than 120 days overdue", "Baxter & Lowe", "“baxter”"]);
        assert_eq!(active.first().unwrap().1, "/staff?search=baxter&customer=c-1&sort=due");
    }
}
