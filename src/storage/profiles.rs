//! How customers are reached, as people on our side change it.

use chrono::{DateTime, Utc};

use super::{
    customers::{self, CustomerRow},
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{ids::CustomerId, profile::Profile};

/// What the books do not know.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct ShippingRow {
    shipping_line1: String,
    shipping_line2: String,
    shipping_city: String,
    shipping_region: String,
    shipping_postal_code: String,
    shipping_country: String,
    profile_version: i64,
}

/// How a customer is reached, and how often it was changed here.
pub async fn find(
    session: &mut Session,
    customer: &CustomerRow,
) -> Result<(Profile, i64), StorageError> {
    let row = sql!(
        session,
        fetch_one as ShippingRow,
        "SELECT shipping_line1, shipping_line2, shipping_city, shipping_region,
             shipping_postal_code, shipping_country, profile_version
         FROM customers WHERE id = $1",
        customer.id
    )?;
    let books = customer.clone();
    let profile = Profile {
        email: books.email,
        phone: books.phone,
        website: books.website,
        address_line1: books.address_line1,
        address_line2: books.address_line2,
        address_city: books.address_city,
        address_region: books.address_region,
        address_postal_code: books.address_postal_code,
        address_country: books.address_country,
        shipping_line1: row.shipping_line1,
        shipping_line2: row.shipping_line2,
        shipping_city: row.shipping_city,
        shipping_region: row.shipping_region,
        shipping_postal_code: row.shipping_postal_code,
        shipping_country: row.shipping_country,
    };
    Ok((profile, row.profile_version))
}

/// Locks a customer until the transaction ends, and reads it.
pub async fn lock(
    session: &mut Session,
    id: CustomerId,
) -> Result<Option<CustomerRow>, StorageError> {
    sql!(
        session,
        fetch_optional as CustomerRow,
        "UPDATE customers SET updated_at = updated_at WHERE id = $1 RETURNING *",
        id
    )
}

/// Writes how a customer, who is locked, is reached; false when there is another version by now.
/// `customer` holds what was changed here beside what the books said.
pub async fn update(
    session: &mut Session,
    customer: &CustomerRow,
    profile: &Profile,
    version: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE customers SET shipping_line1 = $3, shipping_line2 = $4, shipping_city = $5,
             shipping_region = $6, shipping_postal_code = $7, shipping_country = $8
         WHERE id = $1 AND profile_version = $2",
        customer.id,
        version,
        &profile.shipping_line1,
        &profile.shipping_line2,
        &profile.shipping_city,
        &profile.shipping_region,
        &profile.shipping_postal_code,
        &profile.shipping_country
    )?;
    if rows == 0 {
        return Ok(false);
    }
    let profile = profile.clone();
    let row = CustomerRow {
        email: profile.email,
        phone: profile.phone,
        website: profile.website,
        address_line1: profile.address_line1,
        address_line2: profile.address_line2,
        address_city: profile.address_city,
        address_region: profile.address_region,
        address_postal_code: profile.address_postal_code,
        address_country: profile.address_country,
        ..customer.clone()
    };
    customers::update(session, &row, now).await?;
    Ok(true)
}
