//! Templates of tasks: adding, changing and removing them.

use crate::{
    domain::{
        form::Problem,
        ids::TemplateId,
        task::{TaskKind, parse_notes, parse_title},
    },
    services::{
        World,
        change::{ChangeError, bad, invalid, unless_taken},
    },
    storage::{self, task_templates::TemplateRow},
};

/// The constraint that no two have one name.
pub(super) const NAME_KEY: &str = "task_templates_name_key_key";

/// What was typed about a template.
#[derive(Clone, Copy, Debug)]
pub struct TemplateForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// The word of its kind.
    pub kind: &'a str,
    /// Its notes.
    pub notes: &'a str,
}

fn read(form: TemplateForm<'_>, id: TemplateId, version: i64) -> Result<TemplateRow, ChangeError> {
    let name = parse_title(form.name).map_err(bad("template_name"))?;
    let kind =
        TaskKind::from_word(form.kind).ok_or_else(|| invalid("kind", Problem::NotAChoice))?;
    let notes = parse_notes(form.notes).map_err(bad("notes"))?;
    Ok(TemplateRow { id, name, kind, notes, version })
}

/// Adds a template.
///
/// # Errors
/// `Invalid`.
pub async fn add(world: &World, form: TemplateForm<'_>) -> Result<TemplateId, ChangeError> {
    let row = read(form, world.new_id(), 1)?;
    let mut session = world.db.begin().await?;
    storage::task_templates::insert(&mut session, &row, world.now())
        .await
        .map_err(unless_taken((NAME_KEY, "template_name")))?;
    session.commit().await?;
    Ok(row.id)
}

/// Changes a template of the version that was read.
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`.
pub async fn edit(
    world: &World,
    id: TemplateId,
    version: i64,
    form: TemplateForm<'_>,
) -> Result<(), ChangeError> {
    let row = read(form, id, version)?;
    let mut session = world.db.begin().await?;
    if storage::task_templates::find(&mut session, id).await?.is_none() {
        return Err(ChangeError::NotFound);
    }
    let is_written = storage::task_templates::update(&mut session, &row).await;
    if !is_written.map_err(unless_taken((NAME_KEY, "template_name")))? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}

/// Removes a template of the version that was read. Tasks that began with it stay as they are.
///
/// # Errors
/// `NotFound`, `Changed`.
pub async fn remove(world: &World, id: TemplateId, version: i64) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if storage::task_templates::find(&mut session, id).await?.is_none() {
        return Err(ChangeError::NotFound);
    }
    if !storage::task_templates::delete(&mut session, id, version).await? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}
