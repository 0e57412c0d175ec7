//! Pictures: lines on a grid of sixteen, drawn in the colour of the text beside them. Icons that
//! only staff see are in `ui::staff`, so that payers do not load them.

use leptos::prelude::*;

/// A picture beside a word; it says nothing by itself.
#[component]
pub fn Icon(
    /// Which one.
    name: &'static str,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    drawing(outline(name), class)
}

/// Draws an outline as an icon.
pub fn drawing(outline: &'static str, class: &'static str) -> AnyView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true">
            <path d=outline></path>
        </svg>
    }
    .into_any()
}

/// The outline of an icon; nothing for a name that is not here.
pub fn outline(name: &str) -> &'static str {
    match name {
        "alert" => "M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5v.01",
        "bank" => "M2 6.5 8 2.5l6 4zM4 6.5V12M8 6.5V12M12 6.5V12M2 13.5h12",
        "card" => {
            "M3.25 3.5h9.5a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-9.5a1.5 1.5 0 0 \
             1-1.5-1.5V5a1.5 1.5 0 0 1 1.5-1.5zM1.75 6.75h12.5M4 10h3"
        }
        "clearing" => "M8 2a6 6 0 1 1-6 6M8 5v3l2 1.25",
        "clock" => "M2 8a6 6 0 1 1 12 0 6 6 0 1 1-12 0M8 4.5V8l2.5 1.5",
        "customers" => {
            "M3.5 5.5a2.5 2.5 0 1 1 5 0 2.5 2.5 0 1 1-5 0M1.5 13.5c0-2.6 2-4.2 4.5-4.2s4.5 1.6 \
             4.5 4.2M10.6 3.2a2.4 2.4 0 0 1 0 4.6M12.2 9.8c1.4.6 2.3 1.9 2.3 3.7"
        }
        "down" => "m3 6 5 5 5-5",
        "download" => "M8 2.25v8M5 7.25l3 3 3-3M2.5 10.5v3h11v-3",
        "fail" => "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM6 6l4 4M10 6l-4 4",
        "flag" => "M3.5 14.5v-12H12l-2 3.25L12 9H3.5",
        "info" => "M2 8a6 6 0 1 1 12 0 6 6 0 1 1-12 0M8 7.5v3.5M8 5v.01",
        "mail" => "M1.75 3.5h12.5v9H1.75zM2 4l6 5 6-5",
        "next" => "m6 3 5 5-5 5",
        "out" => "M6.5 2.5h-4v11h4M6.5 8H14M11 5l3 3-3 3",
        "percent" => {
            "M3 4.75a1.75 1.75 0 1 1 3.5 0 1.75 1.75 0 1 1-3.5 0M9.5 11.25a1.75 1.75 0 1 1 3.5 0 \
             1.75 1.75 0 1 1-3.5 0M12.5 3.5l-9 9"
        }
        "phone" => "M3 2.5h3l1 3.5-1.75 1.25a8 8 0 0 0 3.5 3.5L10 9l3.5 1v3C8 13.75 2.25 8 3 2.5z",
        "prev" => "M10 3 5 8l5 5",
        "ring" => "M3 8a5 5 0 1 1 10 0 5 5 0 1 1-10 0",
        "search" => "M2.5 7a4.5 4.5 0 1 1 9 0 4.5 4.5 0 1 1-9 0M10.5 10.5l3.5 3.5",
        "swap" => "M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13",
        "tick" => "M2 8a6 6 0 1 1 12 0 6 6 0 1 1-12 0M5.25 8.25l2 2 3.5-4",
        _ => "",
    }
}
