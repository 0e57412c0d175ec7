//! Open balances by age: a bar to look at, a list to press, and the same numbers as a table.

use leptos::prelude::*;

use super::{icon::StaffIcon, list_url::ListAddress, words};
use crate::{
    api::view::{AgingSegment, AgingView},
    domain::aging::BucketSet,
    ui::{format, hooks::forms::use_go},
};

/// Classes of the segments, from the farthest future to the longest past.
const AGES: [&str; 7] = ["age-1", "age-2", "age-3", "age-4", "age-5", "age-6", "age-7"];

/// One segment with everything its three forms need.
#[derive(Clone)]
struct Part {
    age: &'static str,
    label: &'static str,
    href: String,
    is_current: bool,
    minor: i64,
    count: i64,
    /// Where it starts and how wide it is, in hundredths of a per cent of the bar.
    start: i64,
    width: i64,
}

/// Where each amount begins in a bar that they fill together, and how wide it is, in hundredths of
/// a per cent.
fn spread(amounts: impl Iterator<Item = i64> + Clone) -> Vec<(i64, i64)> {
    let whole: i64 = amounts.clone().map(|minor| minor.max(0)).sum();
    let share = |minor: i64| {
        if whole <= 0 { 0 } else { i128::from(minor) * 10_000 / i128::from(whole) }
    };
    let share = |minor: i64| i64::try_from(share(minor)).unwrap_or(0);
    let mut before = 0_i64;
    amounts
        .map(|minor| {
            let start = share(before);
            before += minor.max(0);
            (start, share(before) - start)
        })
        .collect()
}

/// The segments side by side; together they fill the bar.
fn parts(view: &AgingView, address: &ListAddress) -> Vec<Part> {
    let places = spread(view.segments.iter().map(|segment| segment.minor));
    let part = |((segment, age), (start, width)): ((&AgingSegment, &'static str), (i64, i64))| {
        let is_current = address.list.bucket == segment.key;
        let target = address.changed(|list| {
            list.currency.clone_from(&view.currency);
            if is_current {
                list.bucket = String::new();
            } else {
                list.bucket.clone_from(&segment.key);
            }
        });
        Part {
            age,
            label: words::bucket(&segment.key),
            href: target.href(),
            is_current,
            minor: segment.minor,
            count: segment.count,
            start,
            width,
        }
    };
    view.segments.iter().zip(AGES).zip(places).map(part).collect()
}

/// A small bar of seven amounts by age, for a row of a table.
pub fn small_bar(amounts: &[i64], currency: &str) -> AnyView {
    let keys = BucketSet::Detailed.buckets().iter().map(|bucket| bucket.key);
    let words: Vec<String> = keys
        .zip(amounts)
        .filter(|(_, minor)| **minor > 0)
        .map(|(key, minor)| {
            format!("{} {}", words::bucket_alone(key), format::money(*minor, currency))
        })
        .collect();
    let words = words.join(", ");
    let label = words.clone();
    let segments = AGES
        .iter()
        .zip(spread(amounts.iter().copied()))
        .filter(|(_, (_, width))| *width > 0)
        .map(|(age, (start, width))| {
            view! {
                <rect
                    class=format!("ageing__segment {age}")
                    x=hundredths(start)
                    y="-2"
                    width=hundredths(width)
                    height="14"
                ></rect>
            }
        })
        .collect_view();
    view! {
        <svg class="ageing__small" width="96" height="10" role="img" aria-label=label>
            <title>{words}</title>
            {segments}
        </svg>
    }
    .into_any()
}

pub(super) fn hundredths(value: i64) -> String {
    format!("{}.{:02}%", value / 100, value % 100)
}

/// The ageing of one currency. Pressing a segment shows only its invoices; pressing it again shows
/// all.
#[component]
pub fn AgingBar(
    /// The figures.
    view: AgingView,
    /// The list that is filtered.
    address: ListAddress,
) -> AnyView {
    let parts = parts(&view, &address);
    let title = format!("Outstanding by age, {}", view.currency);
    view! {
        <section class="ageing" aria-labelledby="ageing-title">
            <h2 class="visually-hidden" id="ageing-title">{title.clone()}</h2>
            {bar(parts.clone(), &view)}
            {list(parts.clone(), &view)}
            <details class="reveal">
                <summary><StaffIcon name="next" class="icon--flip"/>"Show as table"</summary>
                {table(parts, &view, title)}
            </details>
        </section>
    }
    .into_any()
}

fn bar(parts: Vec<Part>, view: &AgingView) -> impl IntoView + use<> {
    let go = use_go();
    let currency = view.currency.clone();
    let whole = view.outstanding;
    let segment = move |part: Part| {
        let title = format!(
            "{}: {}, {}, {}",
            part.label,
            format::money(part.minor, &currency),
            words::share(part.minor, whole),
            format::plural(part.count, "invoice", "invoices"),
        );
        // The router does not follow links inside a drawing.
        let (go, target) = (go.clone(), part.href.clone());
        let press = move |event: leptos::ev::MouseEvent| {
            if event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                go(&target);
            }
        };
        view! {
            <a
                href=part.href
                tabindex="-1"
                aria-current=part.is_current.then_some("true")
                on:click=press
            >
                <rect
                    class=format!("ageing__segment {}", part.age)
                    x=hundredths(part.start)
                    y="-2"
                    width=hundredths(part.width)
                    height="18"
                >
                    <title>{title}</title>
                </rect>
            </a>
        }
    };
    view! {
        <svg class="ageing__bar" width="100%" height="14" aria-hidden="true" focusable="false">
            {parts.into_iter().filter(|part| part.width > 0).map(segment).collect_view()}
        </svg>
    }
}

fn list(parts: Vec<Part>, view: &AgingView) -> impl IntoView + use<> {
    let currency = view.currency.clone();
    let whole = view.outstanding;
    let item = move |part: Part| {
        let note = format!("{} · {}", words::share(part.minor, whole), format::count(part.count));
        view! {
            <li>
                <a
                    class="ageing__item"
                    href=part.href
                    aria-current=part.is_current.then_some("true")
                    data-noscroll=""
                >
                    <span class=format!("ageing__swatch {}", part.age)></span>
                    " "
                    <span class="ageing__label">{part.label}</span>
                    " "
                    <span class="ageing__amount">{format::money(part.minor, &currency)}</span>
                    " "
                    <span class="ageing__note">{note}</span>
                </a>
            </li>
        }
    };
    view! { <ol class="ageing__list">{parts.into_iter().map(item).collect_view()}</ol> }
}

fn table(parts: Vec<Part>, view: &AgingView, title: String) -> impl IntoView + use<> {
    let currency = view.currency.clone();
    let whole = view.outstanding;
    let total = format::amount(whole, &currency);
    let all = words::share(whole, whole);
    let count = format::count(view.invoices);
    let row = move |part: Part| {
        view! {
            <tr>
                <th scope="row"><a href=part.href data-noscroll="">{part.label}</a></th>
                <td class="data-table__amount">{format::amount(part.minor, &currency)}</td>
                <td class="data-table__amount">{words::share(part.minor, whole)}</td>
                <td class="data-table__amount">{format::count(part.count)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="group" aria-labelledby="ageing-caption" tabindex="0">
            <table class="data-table data-table--plain data-table--fit">
                <caption id="ageing-caption">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Age"</th>
                        <th scope="col" class="data-table__amount">"Outstanding"</th>
                        <th scope="col" class="data-table__amount">"Share"</th>
                        <th scope="col" class="data-table__amount">"Invoices"</th>
                    </tr>
                </thead>
                <tbody>{parts.into_iter().map(row).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Total"</th>
                        <td class="data-table__amount">{total}</td>
                        <td class="data-table__amount">{all}</td>
                        <td class="data-table__amount">{count}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(amounts: [i64; 7]) -> AgingView {
        let keys = ["due-30+", "due-30", "1-30", "31-60", "61-90", "91-120", "120+"];
        AgingView {
            currency: "USD".to_owned(),
            outstanding: amounts.iter().sum(),
            overdue: 0,
            credit: 0,
            customers: 1,
            invoices: 7,
            segments: keys
                .into_iter()
                .zip(amounts)
                .map(|(key, minor)| AgingSegment { key: key.to_owned(), count: 1, minor })
                .collect(),
        }
    }

    #[test]
    fn the_segments_fill_the_bar_without_gaps() {
        for amounts in [[1, 1, 1, 0, 0, 0, 0], [333, 333, 334, 7, 1, 9, 11], [0, 0, 0, 0, 0, 0, 5]]
        {
            let parts = parts(&view(amounts), &ListAddress::default());
            let mut end = 0;
            for part in &parts {
                assert_eq!(part.start, end);
                end = part.start + part.width;
            }
            assert_eq!(end, 10_000);
        }
        let nothing = parts(&view([0; 7]), &ListAddress::default());
        assert!(nothing.iter().all(|part| part.width == 0));
        assert_eq!(hundredths(1543), "15.43%");
    }

    #[test]
    fn a_segment_filters_and_a_chosen_one_lets_go() {
        let mut address = ListAddress { path: "/staff/invoices".to_owned(), ..Default::default() };
        address.list.bucket = "1-30".to_owned();
        let hrefs: Vec<_> =
            parts(&view([1; 7]), &address).into_iter().map(|part| part.href).collect();
        assert_eq!(hrefs.first().unwrap(), "/staff/invoices?bucket=due-30%2B&currency=USD");
        assert_eq!(hrefs.get(2).unwrap(), "/staff/invoices?currency=USD");
    }
}
