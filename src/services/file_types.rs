//! Types of documents: adding, renaming and removing them. One that is in use goes when its
//! documents get another.

use crate::{
    domain::{
        activity::{Activity, ActivityKind},
        contact::NAME_LENGTH_MAX,
        form::{Problem, parse_name},
        ids::FileTypeId,
    },
    services::{
        World,
        busy::Tries,
        change::{ChangeError, bad, invalid, unless_taken},
        history,
        staff::Staff,
    },
    storage::{self, StorageError, file_types::FileTypeRow, files::FileRow},
};

/// Documents given another type by one transaction, so that other writers need not wait long.
const FILES_PER_TRANSACTION: i64 = 300;

/// The constraint that no two have one name, and the field in which it is typed.
const TAKEN: (&str, &str) = ("file_types_name_key_key", "type_name");

fn read(name: &str) -> Result<String, ChangeError> {
    parse_name(name, NAME_LENGTH_MAX).map_err(bad("type_name"))
}

fn in_use() -> ChangeError {
    invalid("type_replacement", Problem::Required)
}

/// Adds a type.
///
/// # Errors
/// `Invalid`.
pub async fn add(world: &World, name: &str) -> Result<FileTypeId, ChangeError> {
    let row = FileTypeRow { id: world.new_id(), name: read(name)?, version: 1 };
    let mut session = world.db.begin().await?;
    storage::file_types::insert(&mut session, &row, world.now())
        .await
        .map_err(unless_taken(TAKEN))?;
    session.commit().await?;
    Ok(row.id)
}

/// Renames a type of the version that was read.
///
/// # Errors
/// `Invalid`, `Changed`.
pub async fn edit(
    world: &World,
    id: FileTypeId,
    version: i64,
    name: &str,
) -> Result<(), ChangeError> {
    let row = FileTypeRow { id, name: read(name)?, version };
    let mut session = world.db.begin().await?;
    if !storage::file_types::update(&mut session, &row).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}

/// Removes a type of the version that was read. Its documents get another first.
///
/// # Errors
/// `NotFound`, `Changed`; `Invalid` when a document has it and no other is named.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: FileTypeId,
    version: i64,
    replacement: Option<FileTypeId>,
) -> Result<(), ChangeError> {
    let mut session = world.db.read().await?;
    let all = storage::file_types::all(&mut session).await?;
    drop(session);
    let row = all.iter().find(|row| row.id == id).ok_or(ChangeError::NotFound)?;
    // A document has a type, so that one stays.
    if all.len() == 1 {
        return Err(in_use());
    }
    if row.version != version {
        return Err(ChangeError::Changed);
    }
    if let Some(replacement) = replacement {
        if replacement == id {
            return Err(invalid("type_replacement", Problem::NotAChoice));
        }
        let mut tries = Tries::default();
        loop {
            match move_some(world, staff, row, replacement).await {
                Ok(true) => break,
                Ok(false) => tries = Tries::default(),
                Err(error) => tries.again(error)?,
            }
        }
    }
    let mut session = world.db.begin().await?;
    if !storage::files::all_of_type(&mut session, id, 1).await?.is_empty() {
        return Err(in_use());
    }
    match storage::file_types::delete(&mut session, id, version).await {
        Ok(true) => Ok(session.commit().await?),
        Ok(false) => Err(ChangeError::Changed),
        // Somebody brought a document of it at the same moment.
        Err(StorageError::Constraint { .. }) => Err(in_use()),
        Err(error) => Err(error.into()),
    }
}

/// Gives the first of its documents the other type, each with a row in the history; true when none
/// is left.
async fn move_some(
    world: &World,
    staff: &Staff,
    from: &FileTypeRow,
    to: FileTypeId,
) -> Result<bool, ChangeError> {
    let mut session = world.db.begin().await?;
    let to = storage::file_types::find(&mut session, to).await?.ok_or(ChangeError::NotFound)?;
    let limit = FILES_PER_TRANSACTION;
    let some = storage::files::all_of_type(&mut session, from.id, limit).await?;
    let is_last = i64::try_from(some.len()).unwrap_or(limit) < limit;
    // All documents before any history, each in one order, so that two transactions wait for each
    // other in one direction only.
    let mut rows = Vec::with_capacity(some.len());
    for file in some {
        let fact = |name: &str| history::facts([("document_type", name)]);
        let kind = ActivityKind::DocumentChanged;
        let change = Activity::change(kind, &staff.actor(), fact(&from.name), fact(&to.name));
        let Some(mut activity) = change else { continue };
        activity.invoice_id = file.invoice_id;
        activity.after.insert("document".to_owned(), file.name.clone());
        let customer_id = file.customer_id;
        if storage::files::update(&mut session, &FileRow { type_id: to.id, ..file }).await? {
            rows.push((customer_id, activity));
        }
    }
    history::write_all(&mut session, world, rows).await?;
    session.commit().await?;
    Ok(is_last)
}
