//! Fields of the company's own: adding, changing and removing them and the values of their lists
//! (product.md §2.23).

use crate::{
    domain::{
        custom_field::{
            FIELD_NAME_MAX, FIELDS_MAX, FieldKind, FieldLevel, FieldSwitches, OPTIONS_MAX,
            VALUE_MAX, Value, first_twice,
        },
        form::{Problem, parse_name},
        ids::{FieldId, OptionId},
    },
    services::{
        World,
        change::{ChangeError, bad, invalid, unless_taken},
        field_values::replace_all,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        custom_fields::{FieldRow, OptionRow},
    },
};

/// The constraint that no two have one name, and the field in which it is typed.
const TAKEN: (&str, &str) = ("custom_fields_level_name_key_key", "field_name");

/// What was typed about a field.
#[derive(Clone, Debug)]
pub struct FieldForm<'a> {
    /// What it belongs to; counts for a new one only.
    pub level: FieldLevel,
    /// What is kept in it; counts for a new one only.
    pub kind: FieldKind,
    /// Its name.
    pub name: &'a str,
    /// Where it is used.
    pub switches: FieldSwitches,
    /// The values of its list, in their order: which one it is, none for a new one, and its name.
    pub options: Vec<(Option<OptionId>, &'a str)>,
}

/// Why a field was not kept.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// The level has as many fields as it may have.
    #[error("there are too many fields")]
    TooMany,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for FieldError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// The names of a list's values, as they are kept.
fn read_options(
    kind: FieldKind,
    form: &FieldForm<'_>,
) -> Result<Vec<(Option<OptionId>, String)>, ChangeError> {
    if kind == FieldKind::Text {
        return Ok(Vec::new());
    }
    let mut options = Vec::new();
    for (id, name) in &form.options {
        // A line that was left empty is none, unless a value stood there.
        if id.is_none() && name.trim().is_empty() {
            continue;
        }
        let name = parse_name(name, VALUE_MAX);
        options.push((*id, name.map_err(bad("options"))?));
    }
    if options.is_empty() {
        return Err(invalid("options", Problem::Required));
    }
    if options.len() > OPTIONS_MAX {
        return Err(invalid("options", Problem::OutOfRange));
    }
    if first_twice(options.iter().map(|(_, name)| name.as_str())).is_some() {
        return Err(invalid("options", Problem::AlreadyUsed));
    }
    Ok(options)
}

async fn write_options(
    session: &mut Session,
    world: &World,
    field_id: FieldId,
    options: Vec<(Option<OptionId>, String)>,
) -> Result<(), ChangeError> {
    for (position, (id, name)) in (1_i64..).zip(options) {
        let is_new = id.is_none();
        let id = id.unwrap_or_else(|| world.new_id());
        let option = OptionRow { id, field_id, name, position };
        if is_new {
            storage::custom_fields::insert_option(session, &option).await?;
        } else {
            storage::custom_fields::update_option(session, &option).await?;
        }
    }
    Ok(())
}

/// Adds a field.
///
/// # Errors
/// `Invalid`, `TooMany`.
pub async fn add(world: &World, form: &FieldForm<'_>) -> Result<FieldId, FieldError> {
    let name = parse_name(form.name, FIELD_NAME_MAX);
    let name = name.map_err(bad("field_name"))?;
    if form.options.iter().any(|(id, _)| id.is_some()) {
        return Err(invalid("options", Problem::NotAChoice).into());
    }
    let options = read_options(form.kind, form)?;
    let FieldSwitches { is_shown, is_editable, is_in_portal } = form.switches.of(form.level);
    let id = world.new_id();
    let (level, kind) = (form.level, form.kind);
    let row = FieldRow { id, level, kind, name, is_shown, is_editable, is_in_portal, version: 1 };
    let mut session = world.db.begin().await?;
    let fields = storage::custom_fields::all(&mut session).await?;
    if fields.iter().filter(|field| field.level == level).count() >= FIELDS_MAX {
        return Err(FieldError::TooMany);
    }
    let inserted = storage::custom_fields::insert(&mut session, &row, world.now()).await;
    inserted.map_err(unless_taken(TAKEN))?;
    write_options(&mut session, world, id, options).await?;
    session.commit().await?;
    Ok(id)
}

/// Changes a field of the version that was read. Level and kind stay, and no value of a list goes:
/// see [`remove_option`].
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`.
pub async fn edit(
    world: &World,
    id: FieldId,
    version: i64,
    form: &FieldForm<'_>,
) -> Result<(), FieldError> {
    let name = parse_name(form.name, FIELD_NAME_MAX);
    let name = name.map_err(bad("field_name"))?;
    let mut session = world.db.begin().await?;
    let found = storage::custom_fields::lock(&mut session, id).await?;
    let field = found.ok_or(ChangeError::NotFound)?;
    let options = read_options(field.kind, form)?;
    let FieldSwitches { is_shown, is_editable, is_in_portal } = form.switches.of(field.level);
    let row = FieldRow { name, is_shown, is_editable, is_in_portal, version, ..field };
    if !storage::custom_fields::update(&mut session, &row).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed.into());
    }
    if row.kind == FieldKind::List {
        let before = storage::custom_fields::all_options(&mut session).await?;
        let mut before: Vec<OptionId> =
            before.iter().filter(|option| option.field_id == id).map(|option| option.id).collect();
        let mut named: Vec<OptionId> = options.iter().filter_map(|(id, _)| *id).collect();
        before.sort_unstable();
        named.sort_unstable();
        if before != named {
            return Err(invalid("options", Problem::NotAChoice).into());
        }
        write_options(&mut session, world, id, options).await?;
    }
    Ok(session.commit().await?)
}

async fn read(
    world: &World,
    id: FieldId,
    version: i64,
) -> Result<(FieldRow, Vec<OptionRow>, storage::custom_fields::Used), ChangeError> {
    let mut session = world.db.read().await?;
    let fields = storage::custom_fields::all(&mut session).await?;
    let field = fields.into_iter().find(|field| field.id == id).ok_or(ChangeError::NotFound)?;
    if field.version != version {
        return Err(ChangeError::Changed);
    }
    let options = storage::custom_fields::all_options(&mut session).await?;
    let options = options.into_iter().filter(|option| option.field_id == id).collect();
    let used = storage::custom_fields::all_used(&mut session).await?;
    Ok((field, options, used))
}

/// Removes a value from a list of the version that was read. What has it gets another of the list
/// first.
///
/// # Errors
/// `NotFound`, `Changed`; `Invalid` when something has it and no other is named, or when it is the
/// last of its list.
pub async fn remove_option(
    world: &World,
    staff: &Staff,
    field_id: FieldId,
    version: i64,
    option_id: OptionId,
    replacement: Option<OptionId>,
) -> Result<(), ChangeError> {
    let (field, options, used) = read(world, field_id, version).await?;
    if !options.iter().any(|option| option.id == option_id) {
        return Err(ChangeError::NotFound);
    }
    if options.len() == 1 {
        return Err(invalid("option_id", Problem::Required));
    }
    match replacement {
        Some(other) => {
            let is_other = |option: &OptionRow| option.id == other && other != option_id;
            if !options.iter().any(is_other) {
                return Err(invalid("value_replacement", Problem::NotAChoice));
            }
            replace_all(world, staff, &field, Some(option_id), &Value::Choice(other)).await?;
        }
        None if used.options.contains_key(&option_id) => {
            return Err(invalid("value_replacement", Problem::Required));
        }
        None => {}
    }
    let mut session = world.db.begin().await?;
    let row = FieldRow { version, ..field };
    if !storage::custom_fields::update(&mut session, &row).await? {
        return Err(ChangeError::Changed);
    }
    storage::custom_fields::delete_option(&mut session, option_id).await.map_err(unless_given)?;
    if let Some(other) = replacement {
        storage::list_views::update_option(&mut session, option_id, other).await?;
    }
    Ok(session.commit().await?)
}

/// Somebody gave a value to something while it was being removed: it stays.
fn unless_given(error: StorageError) -> ChangeError {
    match error.constraint() {
        Some(name) if name == "foreign_key" || name.ends_with("_fkey") => ChangeError::Changed,
        _ => error.into(),
    }
}

/// Removes a field of the version that was read. When something has a value in it, that has to be
/// said: the values go with it, and histories tell what they were.
///
/// # Errors
/// `NotFound`, `Changed`; `Invalid` when something has it and that was not said.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: FieldId,
    version: i64,
    takes_values: bool,
) -> Result<(), ChangeError> {
    let (field, _, used) = read(world, id, version).await?;
    if used.fields.contains_key(&id) {
        if !takes_values {
            return Err(invalid("takes_values", Problem::Required));
        }
        replace_all(world, staff, &field, None, &Value::Empty).await?;
    }
    let mut session = world.db.begin().await?;
    let deleted = storage::custom_fields::delete(&mut session, id, version).await;
    if !deleted.map_err(unless_given)? {
        return Err(ChangeError::Changed);
    }
    Ok(session.commit().await?)
}
