//! Where a pay link leads: what is shown before it is opened.

use crate::api::{error::ApiError, view::PayLinkPage};

/// The page of a pay link's key. It changes nothing: programs that read mail open every link. It is
/// made on the server only and no server function, so that no other address holds the key.
///
/// # Errors
/// `NotFound` for a key that was never handed out; `TooMany`.
pub async fn pay_link(key: String) -> Result<PayLinkPage, ApiError> {
    use crate::{
        api::{
            call::{Anybody, public_frame},
            dates, fold,
            view::{LinkPaymentView, OpenPayLink, PaidPayLink, PayLinkShown, PortalInvoice},
        },
        domain::{method::MethodKind, pay_link::Standing},
        services::{
            pay_links::{self, Looked},
            quotes,
        },
    };

    let call = Anybody::begin();
    let looked = pay_links::look(call.world(), &key, &call.network_address()).await;
    let looked = looked.map_err(|error| call.fail(error))?;
    let Looked { standing, invoice, payer, company, has_changed, payment, .. } = looked;
    let frame = public_frame(&call, &company);
    let page = |shown| Ok(PayLinkPage { frame, shown });
    let row = match (standing, invoice) {
        (Standing::Expired, _) => return page(PayLinkShown::Expired),
        (Standing::Revoked, _) | (_, None) => return page(PayLinkShown::Revoked),
        (Standing::Open | Standing::Paid, Some(row)) => row,
    };
    let payment = payment.map(|payment| LinkPaymentView {
        charge: payment.charge_minor(),
        currency: payment.currency.code().to_owned(),
        state: payment.state,
        failure_code: payment.failure_code.unwrap_or_default(),
        expected: payment.expected_on.map(dates::weekday).unwrap_or_default(),
        reference: payment.reference,
    });
    let item = row.invoice.item();
    if standing == Standing::Paid || item.payable() <= 0 {
        return page(PayLinkShown::Paid(PaidPayLink {
            key,
            number: row.invoice.number,
            settled: row.invoice.settled_on.map(dates::date).unwrap_or_default(),
            payment,
        }));
    }
    if !company.policy.enabled {
        return page(PayLinkShown::Paused);
    }
    let today = company.date_of(call.world().now());
    let accepts = |kind| quotes::accepts(&company, kind, std::slice::from_ref(&item), call.world());
    let (takes_cards, takes_bank) = (accepts(MethodKind::Card), accepts(MethodKind::Bank));
    let policy = &company.policy;
    let surcharge = policy.card.surcharge.as_ref().map(|rule| rule.rate_max().percent());
    let discount = policy.bank.discount.as_ref().map(|rule| rule.rate.percent());
    page(PayLinkShown::Open(Box::new(OpenPayLink {
        key,
        invoice: PortalInvoice {
            po_number: company.profile.shown_po_number(&row.invoice.po_number),
            ..fold::portal_invoice(&row, None, payer.id, today, policy.partial)
        },
        currency: row.invoice.currency.code().to_owned(),
        payer: payer.name,
        has_changed,
        surcharge_percent: surcharge.filter(|_| takes_cards).unwrap_or_default(),
        bank_discount_percent: discount.filter(|_| takes_bank).unwrap_or_default(),
        takes_cards,
        takes_bank,
        terms: row.invoice.terms,
    })))
}
