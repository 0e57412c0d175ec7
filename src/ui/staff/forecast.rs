//! The cash that open invoices are expected to bring: week by week, and what is in no week.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    aging_bar::hundredths,
    icon::StaffIcon,
    state::{CardSkeleton, Failure},
};
use crate::{
    api::{
        staff::forecast::forecast,
        view::{ForecastView, SumView},
    },
    ui::format,
};

/// The page.
#[component]
pub fn ForecastPage() -> AnyView {
    let query = use_query_map();
    let currency =
        Memo::new(move |_| query.with(|query| query.get("currency").unwrap_or_default()));
    let page = Resource::new_blocking(move || currency.get(), forecast);
    let body = move || {
        Suspend::new(async move {
            match page.await {
                Ok(found) => shown(&found),
                Err(error) => view! { <Failure error=error/> }.into_any(),
            }
        })
    };
    view! {
        <Title text="Forecast · Quittance"/>
        <div class="page">
            <div class="page__head"><h1>"Forecast"</h1></div>
            <Transition fallback=|| view! { <CardSkeleton what="the forecast"/> }>{body}</Transition>
        </div>
    }
    .into_any()
}

fn shown(found: &ForecastView) -> AnyView {
    if found.whole.count == 0 {
        return view! { <p>"Nothing is open, so nothing is expected."</p> }.into_any();
    }
    let money = |minor: i64| format::money(minor, &found.currency);
    let figure = |label: &'static str, sum: SumView| {
        view! {
            <div class="figures__item">
                <dt>{label}</dt>
                <dd>{money(sum.minor)}</dd>
            </div>
        }
    };
    view! {
        {currencies(found)}
        <dl class="figures">
            {figure("Within 13 weeks", found.expected)}
            {figure("Later", found.later)}
            {figure("Late, no day known", found.late)}
            {figure("On hold", found.on_hold)}
        </dl>
        <p class="soft">
            "What is predicted, estimated, promised or charged by itself counts on its day. What is late or on hold is in no \
             week until somebody says when it comes."
        </p>
        {table(found)}
        <p>
            <a class="button" href="/staff/forecast/export.csv" rel="external" download="">
                <StaffIcon name="download"/>
                "Export as CSV"
            </a>
        </p>
    }
    .into_any()
}

/// A way to each currency, where there are several.
fn currencies(found: &ForecastView) -> Option<AnyView> {
    if found.currencies.len() < 2 {
        return None;
    }
    let item = |code: &String| {
        let is_current = (*code == found.currency).then_some("page");
        let href = format!("/staff/forecast?currency={code}");
        view! { <a class="pills__item" href=href aria-current=is_current>{code.clone()}</a> }
    };
    let items = found.currencies.iter().map(item).collect_view();
    Some(view! { <nav class="pills" aria-label="Currency">{items}</nav> }.into_any())
}

/// How wide an amount is beside the largest one, in hundredths of a per cent.
fn width(minor: i64, largest: i64) -> i64 {
    if largest <= 0 {
        return 0;
    }
    let share = i128::from(minor.max(0)) * 10_000 / i128::from(largest);
    // What is something can be seen.
    i64::try_from(share).unwrap_or(10_000).max(i64::from(minor > 0) * 50)
}

fn table(found: &ForecastView) -> AnyView {
    let amount = |minor: i64| format::amount(minor, &found.currency);
    let largest = found.weeks.iter().map(|week| week.sum.minor).max().unwrap_or(0);
    let bar = |minor: i64| {
        view! {
            <svg class="ageing__small" width="96" height="10" aria-hidden="true" focusable="false">
                <rect
                    class="ageing__segment age-2"
                    x="0"
                    y="-2"
                    width=hundredths(width(minor, largest))
                    height="14"
                ></rect>
            </svg>
        }
    };
    let week = |week: &crate::api::view::WeekView| {
        let days = if week.from == week.to {
            week.from.clone()
        } else {
            format!("{} – {}", week.from, week.to)
        };
        view! {
            <tr>
                <th scope="row">{days}</th>
                <td class="only-wide">{bar(week.sum.minor)}</td>
                <td class="data-table__amount">{amount(week.sum.minor)}</td>
                <td class="data-table__amount">{format::count(week.sum.count)}</td>
            </tr>
        }
    };
    let rest = |label: &'static str, sum: SumView| {
        view! {
            <tr>
                <th scope="row">{label}</th>
                <td class="only-wide"></td>
                <td class="data-table__amount">{amount(sum.minor)}</td>
                <td class="data-table__amount">{format::count(sum.count)}</td>
            </tr>
        }
    };
    let weeks = found.weeks.iter().map(week).collect_view();
    let caption = format!("Expected by week, {}", found.currency);
    view! {
        <div class="table-scroll" role="group" aria-labelledby="forecast-caption" tabindex="0">
            <table class="data-table data-table--plain data-table--fit">
                <caption id="forecast-caption">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Week"</th>
                        <th scope="col" class="only-wide"><span class="visually-hidden">"Bar"</span></th>
                        <th scope="col" class="data-table__amount">"Expected"</th>
                        <th scope="col" class="data-table__amount">"Invoices"</th>
                    </tr>
                </thead>
                <tbody>
                    {weeks}
                    {rest("Later", found.later)}
                    {rest("Late, no day known", found.late)}
                    {rest("On hold", found.on_hold)}
                </tbody>
                <tfoot>{rest("Open in all", found.whole)}</tfoot>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_wide_as_their_amounts() {
        assert_eq!(width(0, 0), 0);
        assert_eq!(width(0, 100), 0);
        assert_eq!(width(50, 100), 5_000);
        assert_eq!(width(100, 100), 10_000);
        assert_eq!(width(1, 1_000_000_000), 50, "something is seen");
        assert_eq!(width(i64::MAX, i64::MAX), 10_000);
    }
}
