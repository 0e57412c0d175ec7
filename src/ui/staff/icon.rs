//! Pictures that only the staff's screens use, beside those of all screens.

use leptos::prelude::*;

use crate::ui::components::icon::{drawing, outline};

/// A picture that says nothing the words beside it do not say: one of ours, or one that all
/// screens have.
#[component]
pub fn StaffIcon(
    /// Which one.
    name: &'static str,
    /// Further classes: `icon--flip` where it points somewhere, `icon--large`.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let own = match name {
        "invoice" => "M3.5 1.75h6l3 3v9.5h-9zM9.5 1.75v3h3M5.75 8h4.5M5.75 10.75h4.5",
        "paid" => "M3.5 1.75h6l3 3v9.5h-9zM9.5 1.75v3h3M5.75 9.25 7.25 10.75 10.25 7.5",
        "upload" => "M8 10.25v-8M5 5.25l3-3 3 3M2.5 10.5v3h11v-3",
        "bell" => "M4 11.5V7a4 4 0 0 1 8 0v4.5l1.25 1H2.75zM6.5 14.25h3M8 1.5V3",
        "user" => {
            "M5.25 5.5a2.75 2.75 0 1 1 5.5 0 2.75 2.75 0 1 1-5.5 0M2.75 14c0-3 2.25-4.5 \
             5.25-4.5s5.25 1.5 5.25 4.5"
        }
        "speech" => "M2 2.75h12v8H7.5l-3 2.5v-2.5H2z",
        "settings" => {
            "M2 4.5h7M12 4.5h2M9 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0M2 11.5h2M7 11.5h7M4 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 1 0-3 0"
        }
        "close" => "m3.5 3.5 9 9M12.5 3.5l-9 9",
        "sort" => "M8 13V3M4.5 6.5 8 3l3.5 3.5",
        "filter" => "M2 4h12M4.5 8h7M6.5 12h3",
        "check" => "m3 8.5 3.5 3.5L13 5",
        _ => outline(name),
    };
    drawing(own, class)
}
