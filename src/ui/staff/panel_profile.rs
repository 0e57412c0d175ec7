//! How the customer is reached: what is known, and changing it where the books do not keep it.

use leptos::prelude::*;

use super::{
    desk::Desk,
    follow::Asked,
    meanwhile::{meanwhile, quoted, since},
    refusal::problem,
    words,
};
use crate::{
    api::{staff::customers::SaveProfile, view::CustomerPanel},
    domain::profile::{Books, Profile, is_of_books, website_link},
    ui::components::{field::Field, portal_frame::phone_link},
};

/// The id of the button that opens the form.
const CHANGE: &str = "profile-change";

/// The fields and their labels.
const REACHED: &[(&str, &str)] =
    &[("profile[phone]", "Phone"), ("profile[email]", "E-mail"), ("profile[website]", "Website")];
const BILLING: &[(&str, &str)] = &[
    ("profile[address_line1]", "Street"),
    ("profile[address_line2]", "Second line"),
    ("profile[address_city]", "City"),
    ("profile[address_region]", "State or region"),
    ("profile[address_postal_code]", "Postal code"),
    ("profile[address_country]", "Country"),
];
const SHIPPING: &[(&str, &str)] = &[
    ("profile[shipping_line1]", "Street"),
    ("profile[shipping_line2]", "Second line"),
    ("profile[shipping_city]", "City"),
    ("profile[shipping_region]", "State or region"),
    ("profile[shipping_postal_code]", "Postal code"),
    ("profile[shipping_country]", "Country"),
];

/// Changing how it is reached.
pub type Reached = Desk<SaveProfile, CustomerPanel>;

/// For whichever customer is open. `refresh` reads it again.
pub fn desk(id: Memo<String>, refresh: impl Fn() + Send + Sync + 'static) -> Reached {
    Desk::new(id, |call: SaveProfile| call.customer_id, refresh, CHANGE)
}

/// The part of the summary. A form that somebody writes in is not made anew when the customer is
/// read again.
pub fn section(customer: Asked<CustomerPanel>, desk: Reached) -> AnyView {
    let known = move || {
        Suspend::new(async move {
            // What failed is said by the head.
            let customer = customer.await.and_then(Result::ok);
            customer.map(|customer| shown(&customer, desk))
        })
    };
    let body = move || match desk.begun() {
        Some(begun) => form(&begun, desk, customer),
        None => view! { <Transition>{known}</Transition> }.into_any(),
    };
    view! {
        <div class="panel__body panel__body--after">
            <section class="panel__section" aria-labelledby="panel-contact">
                <h3 id="panel-contact">"How to reach them"</h3>
                {desk.saved("Saved.")}
                {body}
            </section>
        </div>
    }
    .into_any()
}

fn lines(label: &'static str, lines: &[String]) -> Option<impl IntoView + use<>> {
    (!lines.is_empty()).then(|| {
        let line = |(index, line): (usize, &String)| {
            let gap = (index > 0).then(|| view! { <br/> });
            view! { {gap} <span>{line.clone()}</span> }
        };
        let lines = lines.iter().enumerate().map(line).collect_view();
        view! { <div><dt>{label}</dt><dd><address>{lines}</address></dd></div> }
    })
}

/// Which books keep what they hold.
fn mark(synced_from: Option<Books>) -> Option<impl IntoView + use<>> {
    synced_from.map(|books| {
        view! { <p><span class="chip">{format!("from {}", words::books(books))}</span></p> }
    })
}

fn shown(customer: &CustomerPanel, desk: Reached) -> AnyView {
    let own = reached(&customer.profile);
    let billing = customer.profile.bills_go_to();
    let goods = customer.profile.goods_go_to();
    let is_empty = own.is_empty() && billing.is_empty() && goods.is_empty();
    let nothing = is_empty.then(|| view! { <p class="soft">"Nothing is known."</p> });
    let change = customer.may_change.then(|| desk.opener("Change how to reach them", customer));
    view! {
        {mark(customer.synced_from)}
        <dl class="facts">
            {lines("Bills go to", &billing)}
            {lines("Goods go to", &goods)}
            {own}
        </dl>
        {nothing}
        {changed_here(customer)}
        {change}
    }
    .into_any()
}

/// Phone, e-mail and website, where they are known.
fn reached(profile: &Profile) -> Vec<AnyView> {
    let Profile { phone, email, website, .. } = profile;
    let phone = (!phone.is_empty()).then(|| {
        let href = phone_link(phone);
        view! { <div><dt>"Phone"</dt><dd><a href=href>{phone.clone()}</a></dd></div> }.into_any()
    });
    let email = (!email.is_empty()).then(|| {
        let href = format!("mailto:{email}");
        view! { <div><dt>"E-mail"</dt><dd><a href=href>{email.clone()}</a></dd></div> }.into_any()
    });
    let website = (!website.is_empty()).then(|| {
        let site = match website_link(website) {
            Some(href) => view! {
                <a href=href rel="external noopener noreferrer">{website.clone()}</a>
            }
            .into_any(),
            None => view! { <span>{website.clone()}</span> }.into_any(),
        };
        view! { <div><dt>"Website"</dt><dd>{site}</dd></div> }.into_any()
    });
    [phone, email, website].into_iter().flatten().collect()
}

/// What was changed here, and what the books say instead.
fn changed_here(customer: &CustomerPanel) -> Option<impl IntoView + use<>> {
    if customer.books.is_empty() {
        return None;
    }
    let line = |(field, books): &(String, String)| {
        let (field, books) = (words::import_field(field), quoted(books));
        view! { <li>{format!("{field}: the books say {books}")}</li> }
    };
    let lines = customer.books.iter().map(line).collect_view();
    Some(view! {
        <div class="soft">
            <p>"Changed here. It stays until the books say something else than now:"</p>
            <ul>{lines}</ul>
        </div>
    })
}

/// The name that the profile has for a field.
fn own(name: &'static str) -> &'static str {
    name.trim_start_matches("profile[").trim_end_matches(']')
}

/// What somebody else wrote meanwhile.
fn written(before: &Profile, now: &Profile) -> Option<AnyView> {
    let fields = before.fields().into_iter().zip(now.fields());
    meanwhile(fields.map(|((field, before), (_, now))| {
        (words::import_field(field), before.to_owned(), now.to_owned())
    }))
}

fn form(customer: &CustomerPanel, desk: Reached, read: Asked<CustomerPanel>) -> AnyView {
    let error = desk.error();
    let begun = customer.profile.clone();
    let late = since(error, read, move |now: &CustomerPanel| written(&begun, &now.profile));
    let known = customer.profile.fields();
    let field = |(name, label): (&'static str, &'static str)| {
        let own = own(name);
        let kind = match own {
            "email" => "email",
            "phone" => "tel",
            _ => "text",
        };
        let value = known.iter().find(|(field, _)| *field == own).map_or("", |(_, value)| *value);
        view! {
            <Field
                name=name
                label=label
                kind=kind
                value=value
                is_optional=true
                problem=problem(error, own)
            />
        }
    };
    let fields =
        |fields: &[(&'static str, &'static str)]| fields.iter().copied().map(field).collect_view();
    let shipping = fields(SHIPPING);
    let books = match customer.synced_from {
        Some(_) => kept_by_books(customer),
        None => {
            let (reached, billing) = (fields(REACHED), fields(BILLING));
            view! {
                {reached}
                <fieldset class="form">
                    <legend class="field__label">"Bills go to"</legend>
                    <p class="field__help">
                        "The state decides whether a card surcharge is allowed."
                    </p>
                    {billing}
                </fieldset>
            }
            .into_any()
        }
    };
    let (id, version) = (customer.id.clone(), customer.profile_version);
    let (above, actions) = (desk.above(error), desk.actions());
    view! {
        <ActionForm action=desk.save() attr:class="form" attr:novalidate="">
            <input type="hidden" name="customer_id" value=id.clone()/>
            <input type="hidden" name="version" value=version.to_string()/>
            {above}
            {late}
            {books}
            <fieldset class="form">
                <legend class="field__label">"Goods go to"</legend>
                {shipping}
            </fieldset>
            {actions}
        </ActionForm>
    }
    .into_any()
}

/// What only the books change, to be read; it is sent back as it is.
fn kept_by_books(customer: &CustomerPanel) -> AnyView {
    let hidden = |(name, value): (&'static str, &str)| {
        let (name, value) = (format!("profile[{name}]"), value.to_owned());
        view! { <input type="hidden" name=name value=value/> }
    };
    let known = customer.profile.fields().into_iter().filter(|(name, _)| is_of_books(name));
    let sent = known.map(hidden).collect_view();
    let books = customer.synced_from.map(words::books).unwrap_or_default();
    view! {
        {sent}
        {mark(customer.synced_from)}
        <dl class="facts">
            {lines("Bills go to", &customer.profile.bills_go_to())}
            {reached(&customer.profile)}
        </dl>
        <p class="field__help">{format!("{books} keeps this. Change it there.")}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_typed() {
        let typed = [REACHED, BILLING, SHIPPING].concat().into_iter().map(|(name, _)| own(name));
        let mut typed: Vec<&str> = typed.collect();
        let mut known = Profile::default().fields().map(|(name, _)| name);
        typed.sort_unstable();
        known.sort_unstable();
        assert_eq!(typed, known);
    }
}
