//! The pages of the settings.

use leptos::prelude::*;

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsTab {
    /// How receivables are worked with.
    Receivables,
    /// The company itself.
    Company,
    /// What was changed, and by whom.
    Changes,
}

impl SettingsTab {
    const ALL: [Self; 3] = [Self::Receivables, Self::Company, Self::Changes];

    const fn path(self) -> &'static str {
        match self {
            Self::Receivables => "/staff/settings",
            Self::Company => "/staff/settings/company",
            Self::Changes => "/staff/settings/changes",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Receivables => "Receivables",
            Self::Company => "Company",
            Self::Changes => "Changes",
        }
    }
}

/// The way to the other pages, for those who may see them.
pub fn tabs(current: SettingsTab) -> AnyView {
    let tab = |tab: SettingsTab| {
        let is_current = (tab == current).then_some("page");
        view! { <a class="tabs__item" href=tab.path() aria-current=is_current>{tab.label()}</a> }
    };
    let tabs = SettingsTab::ALL.map(tab).into_iter().collect_view();
    view! { <nav class="tabs" aria-label="Settings">{tabs}</nav> }.into_any()
}
