//! What customers and invoices have in the fields of the company's own.

use sqlx::AssertSqlSafe;

use super::{
    customers::sight_key,
    db::{Session, ids_of, sql},
    error::StorageError,
    invoice_list::like,
};
use crate::domain::{
    custom_field::{FieldFilter, FieldLevel, VALUE_MAX, Value},
    ids::{CustomerId, FieldId, InvoiceId, OptionId},
    permission::Sight,
};

/// What has values: a customer or an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A customer.
    Customer(CustomerId),
    /// An invoice.
    Invoice(InvoiceId),
}

impl Owner {
    /// Whose fields it has.
    pub const fn level(self) -> FieldLevel {
        match self {
            Self::Customer(_) => FieldLevel::Customer,
            Self::Invoice(_) => FieldLevel::Invoice,
        }
    }

    /// Its id as text.
    pub fn id(self) -> String {
        match self {
            Self::Customer(id) => id.to_string(),
            Self::Invoice(id) => id.to_string(),
        }
    }
}

/// The table of a level's values and the column that names whose they are.
const fn table(level: FieldLevel) -> (&'static str, &'static str) {
    match level {
        FieldLevel::Customer => ("customer_field_values", "customer_id"),
        FieldLevel::Invoice => ("invoice_field_values", "invoice_id"),
    }
}

/// A value as people read it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ValueRow {
    /// Whose: the id of a customer or an invoice.
    pub owner_id: String,
    /// Of which field.
    pub field_id: FieldId,
    /// Which of the list; none for a text.
    pub option_id: Option<OptionId>,
    /// The text, or the name of what was chosen.
    pub value: String,
}

/// What of one customer or invoice is written.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnerRow {
    /// The customer, or whose invoice it is.
    pub customer_id: CustomerId,
    /// The number of the customer or the invoice.
    pub number: String,
    /// How often its values were written, from 1.
    pub fields_version: i64,
}

/// A customer or an invoice, if whoever asks sees it.
pub async fn find_owner(
    session: &mut Session,
    owner: Owner,
    sight: Sight,
) -> Result<Option<OwnerRow>, StorageError> {
    let text = match owner {
        Owner::Customer(_) => {
            "SELECT id AS customer_id, number, fields_version FROM customers
             WHERE id = $1 AND ($2 = '' OR specialist_id = $2)"
        }
        Owner::Invoice(_) => {
            "SELECT i.customer_id, i.number, i.fields_version
             FROM invoices i JOIN customers c ON c.id = i.customer_id
             WHERE i.id = $1 AND ($2 = '' OR c.specialist_id = $2)"
        }
    };
    sql!(session, fetch_optional as OwnerRow, text, owner.id(), sight_key(sight))
}

/// Begins to write the values of an owner that has this version; false when it has another by now.
pub async fn update_version(
    session: &mut Session,
    owner: Owner,
    version: i64,
) -> Result<bool, StorageError> {
    let text = match owner {
        Owner::Customer(_) => {
            "UPDATE customers SET fields_version = fields_version + 1
             WHERE id = $1 AND fields_version = $2"
        }
        Owner::Invoice(_) => {
            "UPDATE invoices SET fields_version = fields_version + 1
             WHERE id = $1 AND fields_version = $2"
        }
    };
    Ok(sql!(session, execute, text, owner.id(), version)? == 1)
}

/// The values of many customers or of many invoices, those of a page: one query, however many. With
/// `is_in_portal`, only what payers see; else what our side sees.
pub async fn all_shown(
    session: &mut Session,
    level: FieldLevel,
    ids: &[String],
    is_in_portal: bool,
) -> Result<Vec<ValueRow>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (table, owner) = table(level);
    let text = format!(
        "WITH RECURSIVE {}
         SELECT v.{owner} AS owner_id, v.field_id, v.option_id,
                COALESCE(o.name, v.text_value) AS value
         FROM page JOIN {table} v ON v.{owner} = page.id
         JOIN custom_fields f ON f.id = v.field_id
         LEFT JOIN custom_field_options o ON o.id = v.option_id
         WHERE CASE WHEN $2 THEN f.is_in_portal ELSE f.is_shown END
         ORDER BY f.id",
        ids_of("$1")
    );
    sql!(session, fetch_all as ValueRow, AssertSqlSafe(text), ids.concat(), is_in_portal)
}

/// All values of one customer or invoice, shown or not.
pub async fn all(session: &mut Session, owner: Owner) -> Result<Vec<ValueRow>, StorageError> {
    let (table, column) = table(owner.level());
    let text = format!(
        "SELECT v.{column} AS owner_id, v.field_id, v.option_id,
                COALESCE(o.name, v.text_value) AS value
         FROM {table} v LEFT JOIN custom_field_options o ON o.id = v.option_id
         WHERE v.{column} = $1 ORDER BY v.field_id"
    );
    sql!(session, fetch_all as ValueRow, AssertSqlSafe(text), owner.id())
}

/// Writes the value of a field; nothing takes it away.
pub async fn update(
    session: &mut Session,
    owner: Owner,
    field_id: FieldId,
    value: &Value,
) -> Result<(), StorageError> {
    let (table, column) = table(owner.level());
    let (option, line) = match value {
        Value::Empty => {
            let text = format!("DELETE FROM {table} WHERE {column} = $1 AND field_id = $2");
            sql!(session, execute, AssertSqlSafe(text), owner.id(), field_id)?;
            return Ok(());
        }
        Value::Choice(id) => (Some(*id), ""),
        Value::Text(line) => (None, line.as_str()),
    };
    let text = format!(
        "INSERT INTO {table} ({column}, field_id, option_id, text_value, text_key)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ({column}, field_id) DO UPDATE SET option_id = excluded.option_id,
             text_value = excluded.text_value, text_key = excluded.text_key"
    );
    sql!(
        session,
        execute,
        AssertSqlSafe(text),
        owner.id(),
        field_id,
        option,
        line,
        line.to_lowercase()
    )?;
    Ok(())
}

/// Who has a field, or one value of its list, by id; at most `limit`.
pub async fn all_owners(
    session: &mut Session,
    level: FieldLevel,
    field_id: FieldId,
    option_id: Option<OptionId>,
    limit: i64,
) -> Result<Vec<Owner>, StorageError> {
    let (table, column) = table(level);
    let text = format!(
        "SELECT {column} FROM {table}
         WHERE field_id = $1 AND ($2 = '' OR option_id = $2) ORDER BY {column} LIMIT $3"
    );
    let option = option_id.map(|id| id.to_string()).unwrap_or_default();
    Ok(match level {
        FieldLevel::Customer => {
            let ids =
                sql!(session, scalars CustomerId, AssertSqlSafe(text), field_id, option, limit)?;
            ids.into_iter().map(Owner::Customer).collect()
        }
        FieldLevel::Invoice => {
            let ids =
                sql!(session, scalars InvoiceId, AssertSqlSafe(text), field_id, option, limit)?;
            ids.into_iter().map(Owner::Invoice).collect()
        }
    })
}

/// Characters of a pattern of words, in a bind that has one behind the other: each character of a value
/// may be escaped, and one of any length stands before and behind.
const PATTERN_LENGTH: usize = 2 * VALUE_MAX + 2;

/// What a list is filtered by: `alias` has every one of the values. Ids are written into the text: they
/// are ours, and each is looked up in an index of its own. `bind` is that of [`patterns`].
pub(super) fn filter(
    level: FieldLevel,
    alias: &str,
    filters: &[FieldFilter],
    bind: &str,
) -> String {
    let (table, column) = table(level);
    let mut start = 1;
    let one = |filter: &FieldFilter| {
        let holds = match filter {
            FieldFilter::Choice(id) => format!("option_id = '{id}'"),
            FieldFilter::Words(field, _) => {
                let pattern = format!("substr(CAST({bind} AS TEXT), {start}, {PATTERN_LENGTH})");
                start += PATTERN_LENGTH;
                format!("field_id = '{field}' AND text_key LIKE rtrim({pattern}) ESCAPE '\\'")
            }
        };
        format!(" AND {alias}.id IN (SELECT {column} FROM {table} WHERE {holds})")
    };
    let conditions: String = filters.iter().map(one).collect();
    // A bind that is in no condition has to be somewhere.
    format!(" AND {bind} = {bind}{conditions}")
}

/// The patterns of the words that a list is filtered by, each as long as the others.
pub(super) fn patterns(filters: &[FieldFilter]) -> String {
    let pattern = |filter: &FieldFilter| match filter {
        FieldFilter::Choice(_) => None,
        FieldFilter::Words(_, words) => Some(format!("{:<PATTERN_LENGTH$}", like(words))),
    };
    filters.iter().filter_map(pattern).collect()
}
