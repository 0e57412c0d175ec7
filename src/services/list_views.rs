//! Views of lists that are kept under a name, and what somebody chose for a list (product.md §2.1).

use crate::{
    domain::{
        column::{self, ListKind},
        form::{Problem, parse_name},
        ids::ViewId,
        permission::Permission,
    },
    services::{
        World,
        change::{ChangeError, bad, invalid, unless_taken},
        staff::Staff,
    },
    storage::{self, Session, list_views::ViewRow},
};

/// Most views that somebody keeps for a list.
pub const VIEWS_MAX: i64 = 50;
/// Most characters of a view's name.
pub const VIEW_NAME_MAX: usize = 60;
/// Most characters of columns and of filters, as they are written down.
const TEXT_MAX: usize = 4_000;

/// The constraint that nobody has two of one name, and the field in which it is typed.
const TAKEN: (&str, &str) = ("list_views_owner_id_list_name_key_key", "view_name");

/// Why a view was not written anew or removed.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// Somebody else made it.
    #[error("somebody else made it")]
    NotTheirs,
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for ViewError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// What is kept of a view.
#[derive(Clone, Copy, Debug)]
pub struct ViewForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether everybody on our side has it.
    pub is_shared: bool,
    /// Filter and order, as the screens write them.
    pub query: &'a str,
    /// Its columns.
    pub columns: &'a str,
}

/// Whether somebody may change a view: who made it may, and who keeps the settings may change what
/// is shared.
pub fn may_change(staff: &Staff, view: &ViewRow) -> bool {
    view.owner_id == staff.id || (view.is_shared && staff.may(Permission::Settings))
}

/// Name and columns, as they are kept.
fn read(list: ListKind, form: ViewForm<'_>) -> Result<(String, String), ChangeError> {
    let name = parse_name(form.name, VIEW_NAME_MAX).map_err(bad("view_name"))?;
    if form.query.chars().count() > TEXT_MAX || form.columns.len() > TEXT_MAX {
        return Err(invalid("search", Problem::TooLong));
    }
    Ok((name, column::write(list, &column::parse(list, form.columns))))
}

/// Keeps a view.
///
/// # Errors
/// `Invalid`.
pub async fn add(
    world: &World,
    staff: &Staff,
    list: ListKind,
    form: ViewForm<'_>,
) -> Result<ViewId, ChangeError> {
    let (name, columns) = read(list, form)?;
    let id = world.new_id();
    let mut session = world.db.begin().await?;
    if storage::list_views::count(&mut session, list, staff.id).await? >= VIEWS_MAX {
        return Err(invalid("view_name", Problem::OutOfRange));
    }
    let row = ViewRow {
        id,
        list,
        owner_id: staff.id,
        name,
        is_shared: form.is_shared,
        query: form.query.to_owned(),
        columns,
        version: 1,
    };
    storage::list_views::insert(&mut session, &row, world.now())
        .await
        .map_err(unless_taken(TAKEN))?;
    session.commit().await?;
    Ok(id)
}

async fn changeable(
    session: &mut Session,
    staff: &Staff,
    id: ViewId,
) -> Result<ViewRow, ViewError> {
    let found = storage::list_views::find(session, id, staff.id).await?;
    let view = found.ok_or(ChangeError::NotFound)?;
    if may_change(staff, &view) { Ok(view) } else { Err(ViewError::NotTheirs) }
}

/// Writes a view of the version that was read anew.
///
/// # Errors
/// `Invalid`, `NotFound`, `NotTheirs`, `Changed`.
pub async fn edit(
    world: &World,
    staff: &Staff,
    id: ViewId,
    version: i64,
    form: ViewForm<'_>,
) -> Result<(), ViewError> {
    let mut session = world.db.begin().await?;
    let view = changeable(&mut session, staff, id).await?;
    let (name, columns) = read(view.list, form)?;
    let (query, is_shared) = (form.query.to_owned(), form.is_shared);
    if view.is_shared && !is_shared {
        storage::list_views::update_unshared(&mut session, id, view.owner_id).await?;
    }
    let row = ViewRow { name, is_shared, query, columns, version, ..view };
    if !storage::list_views::update(&mut session, &row).await.map_err(unless_taken(TAKEN))? {
        return Err(ChangeError::Changed.into());
    }
    Ok(session.commit().await?)
}

/// Removes a view of the version that was read.
///
/// # Errors
/// `NotFound`, `NotTheirs`, `Changed`.
pub async fn remove(
    world: &World,
    staff: &Staff,
    id: ViewId,
    version: i64,
) -> Result<(), ViewError> {
    let mut session = world.db.begin().await?;
    changeable(&mut session, staff, id).await?;
    if !storage::list_views::delete(&mut session, id, version).await? {
        return Err(ChangeError::Changed.into());
    }
    Ok(session.commit().await?)
}

/// Has a list begin with a view for somebody, or with everything.
///
/// # Errors
/// `NotFound`.
pub async fn begin_with(
    world: &World,
    staff: &Staff,
    list: ListKind,
    view: Option<ViewId>,
) -> Result<(), ChangeError> {
    let mut session = world.db.begin().await?;
    if let Some(id) = view {
        let found = storage::list_views::find(&mut session, id, staff.id).await?;
        found.filter(|view| view.list == list).ok_or(ChangeError::NotFound)?;
    }
    storage::list_views::update_default(&mut session, staff.id, list, view).await?;
    Ok(session.commit().await?)
}

/// Keeps the columns that somebody chose: in the view that is open, if it is theirs to change; else
/// for the list. Says whether it was in the view.
///
/// # Errors
/// `Invalid`, `NotFound`, `Changed`.
pub async fn choose_columns(
    world: &World,
    staff: &Staff,
    list: ListKind,
    view: Option<(ViewId, i64)>,
    columns: &str,
) -> Result<bool, ChangeError> {
    if columns.len() > TEXT_MAX {
        return Err(invalid("columns", Problem::TooLong));
    }
    let columns = column::write(list, &column::parse(list, columns));
    let mut session = world.db.begin().await?;
    if let Some((id, version)) = view {
        let found = storage::list_views::find(&mut session, id, staff.id).await?;
        let found = found.filter(|view| view.list == list).ok_or(ChangeError::NotFound)?;
        if may_change(staff, &found) {
            let row = ViewRow { columns, version, ..found };
            if !storage::list_views::update(&mut session, &row).await? {
                return Err(ChangeError::Changed);
            }
            session.commit().await?;
            return Ok(true);
        }
    }
    storage::list_views::update_columns(&mut session, staff.id, list, &columns).await?;
    session.commit().await?;
    Ok(false)
}
