//! The cash that is expected.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::api::{error::ApiError, view::ForecastView};

/// What open invoices are expected to bring, week by week, in one currency: the one that is asked for,
/// else the company's, else the first in which something is open.
#[server(name = GetForecast, prefix = "/api/staff", endpoint = "forecast", input = GetUrl)]
pub async fn forecast(#[server(default)] currency: String) -> Result<ForecastView, ApiError> {
    use crate::{
        api::{
            call::StaffCall,
            dates,
            view::{SumView, WeekView},
        },
        domain::{
            forecast::{Forecast, Sum},
            money::Currency,
            permission::Permission,
        },
        services::{company, forecast},
    };

    let call = StaffCall::permitted(Permission::Forecast).await?;
    let fail = |error| call.request.fail(error);
    let mut session = call.request.read().await?;
    let company = company::load(&mut session).await.map_err(fail)?;
    let today = company.date_of(call.world().now());
    let mut all = forecast::all(&mut session, call.staff.sight(), today).await.map_err(fail)?;
    let currencies = all.keys().map(|currency| currency.code().to_owned()).collect();
    let asked = Currency::from_code(&currency).filter(|asked| all.contains_key(asked));
    let own = Some(company.profile.currency).filter(|own| all.contains_key(own));
    let chosen = asked.or(own).or_else(|| all.keys().next().copied());
    let chosen = chosen.unwrap_or(company.profile.currency);
    let found = all.remove(&chosen).unwrap_or_else(|| Forecast::of(today, []));
    let sum = |sum: Sum| SumView { count: sum.invoices, minor: sum.minor };
    Ok(ForecastView {
        currency: chosen.code().to_owned(),
        currencies,
        expected: sum(found.expected()),
        whole: sum(found.whole()),
        later: sum(found.later),
        late: sum(found.late),
        on_hold: sum(found.on_hold),
        weeks: found
            .weeks
            .into_iter()
            .map(|week| WeekView {
                from: dates::first_of(week.from, week.to),
                to: dates::date(week.to),
                sum: sum(week.sum),
            })
            .collect(),
    })
}
