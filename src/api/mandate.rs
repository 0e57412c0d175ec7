//! The words with which a payer authorises a bank debit (Nacha Operating Rules 2.3.2; our own
//! wording, money.md §2.1, version 1).

use chrono::NaiveDate;

use crate::{
    api::dates,
    domain::{money::Money, quote::Quote},
    services::company::Company,
    storage::methods::MethodRow,
    ui::format,
};

/// The authorisation of one payment by a business.
pub fn one_payment(
    company: &Company,
    method: &MethodRow,
    quote: &Quote,
    today: NaiveDate,
) -> String {
    let merchant = &company.profile.name;
    let amount = Money::new(quote.charge(), quote.currency);
    let amount = format::money(amount.minor(), quote.currency.code());
    let contact = [&company.profile.contact_email, &company.profile.contact_phone]
        .into_iter()
        .filter(|way| !way.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" or ");
    let contact = if contact.is_empty() { merchant.clone() } else { contact };
    format!(
        "I authorize {merchant} to debit the bank account ending {} at {} for {amount} on or after \
         {}, for the invoices listed above. If the debit is returned for lack of funds, {merchant} \
         may present it again up to two times. I am an authorized signer on this account, which is \
         used mainly for business purposes, and agree to the Nacha Operating Rules for this debit. \
         To cancel, contact {contact} at least 3 business days before the date.",
        method.last4,
        method.brand,
        dates::date(today),
    )
}
