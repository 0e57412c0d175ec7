//! Views of lists that are kept under a name, and what somebody chose for a list.

use chrono::{DateTime, Utc};

use super::{
    db::{Session, sql},
    error::StorageError,
};
use crate::domain::{
    column::ListKind,
    form::name_key,
    ids::{OptionId, StaffUserId, ViewId},
};

/// A view.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ViewRow {
    /// The view.
    pub id: ViewId,
    /// Of which list.
    pub list: ListKind,
    /// Who made it.
    pub owner_id: StaffUserId,
    /// Its name.
    pub name: String,
    /// Whether everybody on our side has it.
    pub is_shared: bool,
    /// Filter and order, as the screens write them.
    pub query: String,
    /// Its columns; empty for the usual ones.
    pub columns: String,
    /// How often it was written, from 1.
    pub version: i64,
}

/// What somebody chose for a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ChoiceRow {
    /// The columns; empty for the usual ones.
    pub columns: String,
    /// The view that the list begins with.
    pub view_id: Option<ViewId>,
}

/// The views of a list that somebody has: their own and what is shared, by name.
pub async fn all(
    session: &mut Session,
    list: ListKind,
    user: StaffUserId,
) -> Result<Vec<ViewRow>, StorageError> {
    sql!(
        session,
        fetch_all as ViewRow,
        "SELECT * FROM list_views WHERE list = $1 AND (is_shared OR owner_id = $2)
         ORDER BY name_key, id LIMIT 200",
        list,
        user
    )
}

/// The view of an id, if somebody has it.
pub async fn find(
    session: &mut Session,
    id: ViewId,
    user: StaffUserId,
) -> Result<Option<ViewRow>, StorageError> {
    sql!(
        session,
        fetch_optional as ViewRow,
        "SELECT * FROM list_views WHERE id = $1 AND (is_shared OR owner_id = $2)",
        id,
        user
    )
}

/// How many views somebody made for a list.
pub async fn count(
    session: &mut Session,
    list: ListKind,
    owner: StaffUserId,
) -> Result<i64, StorageError> {
    sql!(
        session,
        scalar i64,
        "SELECT COUNT(*) FROM list_views WHERE list = $1 AND owner_id = $2",
        list,
        owner
    )
}

/// Adds a view.
///
/// # Errors
/// The constraint `list_views_owner_id_list_name_key_key` when its owner has one of this name.
pub async fn insert(
    session: &mut Session,
    view: &ViewRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO list_views
             (id, list, owner_id, name, name_key, is_shared, query, columns, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        view.id,
        view.list,
        view.owner_id,
        &view.name,
        name_key(&view.name),
        view.is_shared,
        &view.query,
        &view.columns,
        view.version,
        now
    )?;
    Ok(())
}

/// Writes a view anew, but its list and owner; false when it is not of the row's version any more.
///
/// # Errors
/// The constraint `list_views_owner_id_list_name_key_key` when its owner has another of this name.
pub async fn update(session: &mut Session, view: &ViewRow) -> Result<bool, StorageError> {
    let rows = sql!(
        session,
        execute,
        "UPDATE list_views SET name = $3, name_key = $4, is_shared = $5, query = $6, columns = $7,
             version = version + 1
         WHERE id = $1 AND version = $2",
        view.id,
        view.version,
        &view.name,
        name_key(&view.name),
        view.is_shared,
        &view.query,
        &view.columns
    )?;
    Ok(rows == 1)
}

/// Takes a view from whoever begins with it and is not its owner: it is not shared any more.
pub async fn update_unshared(
    session: &mut Session,
    id: ViewId,
    owner: StaffUserId,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "UPDATE list_choices SET view_id = NULL WHERE view_id = $1 AND staff_user_id <> $2",
        id,
        owner
    )?;
    Ok(())
}

/// Removes a view; false when it is not of that version any more. Lists that began with it begin
/// with everything again.
pub async fn delete(session: &mut Session, id: ViewId, version: i64) -> Result<bool, StorageError> {
    sql!(session, execute, "UPDATE list_choices SET view_id = NULL WHERE view_id = $1", id)?;
    let rows = sql!(
        session,
        execute,
        "DELETE FROM list_views WHERE id = $1 AND version = $2",
        id,
        version
    )?;
    Ok(rows == 1)
}

/// What somebody chose for a list.
pub async fn find_choice(
    session: &mut Session,
    user: StaffUserId,
    list: ListKind,
) -> Result<ChoiceRow, StorageError> {
    let row = sql!(
        session,
        fetch_optional as ChoiceRow,
        "SELECT columns, view_id FROM list_choices WHERE staff_user_id = $1 AND list = $2",
        user,
        list
    )?;
    Ok(row.unwrap_or_default())
}

/// Keeps the columns that somebody chose for a list.
pub async fn update_columns(
    session: &mut Session,
    user: StaffUserId,
    list: ListKind,
    columns: &str,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO list_choices (staff_user_id, list, columns) VALUES ($1, $2, $3)
         ON CONFLICT (staff_user_id, list) DO UPDATE SET columns = excluded.columns",
        user,
        list,
        columns
    )?;
    Ok(())
}

/// Keeps the view that a list begins with for somebody; none is everything.
pub async fn update_default(
    session: &mut Session,
    user: StaffUserId,
    list: ListKind,
    view: Option<ViewId>,
) -> Result<(), StorageError> {
    sql!(
        session,
        execute,
        "INSERT INTO list_choices (staff_user_id, list, columns, view_id) VALUES ($1, $2, '', $3)
         ON CONFLICT (staff_user_id, list) DO UPDATE SET view_id = excluded.view_id",
        user,
        list,
        view
    )?;
    Ok(())
}

/// Views that are filtered by a value are filtered by another one from now on.
pub async fn update_option(
    session: &mut Session,
    before: OptionId,
    after: OptionId,
) -> Result<(), StorageError> {
    // Ids are as long as each other and stand in nothing else.
    sql!(
        session,
        execute,
        "UPDATE list_views SET query = REPLACE(query, $1, $2), version = version + 1
         WHERE query LIKE '%' || $1 || '%'",
        before,
        after
    )?;
    Ok(())
}
