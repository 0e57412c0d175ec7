//! What roles and permissions are called.

use crate::{
    api::view::{TeamUserView, UserState},
    domain::permission::{Permission, Role},
    ui::format,
};

/// A role's name.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Manager => "AR manager",
        Role::Specialist => "AR specialist",
        Role::Viewer => "Viewer",
    }
}

/// What a role usually may do.
pub const fn role_means(role: Role) -> &'static str {
    match role {
        Role::Owner => "may do everything, and make owners",
        Role::Admin => "may do everything but make owners",
        Role::Manager => "everything but settings and users",
        Role::Specialist => "as a manager, without making workflows",
        Role::Viewer => "sees everything, changes nothing",
    }
}

/// What a permission allows.
pub const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Customers => "Profiles, contacts, preferences, notes; see the history",
        Permission::Invoices => "Expected dates, statuses and custom fields of invoices",
        Permission::Payments => "Online payments, pay links, applying cash",
        Permission::Mail => "Single e-mails about open invoices",
        Permission::Statements => "Monthly statements",
        Permission::Assignments => "Assign workflows, invite to the portal, enrol in autopay",
        Permission::Workflows => "Make workflows and automations",
        Permission::Forecast => "The effect of receivables on cash",
        Permission::Documents => "Types of documents",
        Permission::Settings => "Settings: import, contact roles, payment options, custom fields",
        Permission::Team => "Users and what they may do",
    }
}

/// A user's role, and whether it is not the usual one.
pub fn of_user(user: &TeamUserView) -> String {
    let name = role(user.role);
    if user.permissions == user.role.preset() {
        name.to_owned()
    } else {
        format!("{name}, adjusted")
    }
}

/// Whose customers a user sees.
pub fn sees(user: &TeamUserView) -> String {
    let own = format::plural(user.customers, "customer", "customers");
    match (user.own_customers_only, user.customers) {
        (true, _) => format!("Only their {own}"),
        (false, 0) => "All customers".to_owned(),
        (false, _) => format!("All customers, responsible for {own}"),
    }
}

/// Where a user stands: the chip's kind, and its words.
pub const fn state(state: UserState) -> (&'static str, &'static str) {
    match state {
        UserState::Invited => ("clearing", "Invited"),
        UserState::Active => ("paid", "Active"),
        UserState::Disabled => ("failed", "Cannot sign in"),
    }
}

/// The sentence after something was done to the team.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "invited" => Some("The invitation is on its way. It is valid for 7 days."),
        "saved" => Some("Saved. It holds from their next click on."),
        "code" => Some("A new code is on its way. Earlier ones no longer count."),
        "factor" => Some("Their second step is off, and they are signed out everywhere."),
        "out" => Some("They are signed out everywhere."),
        _ => None,
    }
}

/// The browser of a session, shortly: what it says of itself is long and half of it untrue.
pub fn browser(agent: &str) -> String {
    let has = |word: &str| agent.contains(word);
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |of: &[(&str, &'static str)]| of.iter().find(|(word, _)| has(word)).map(|(_, name)| *name);
    match (find(&browser), find(&system)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_shortly() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            ("curl/8.14", "Another program"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }
}
