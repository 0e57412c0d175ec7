//! Documents of customers and invoices: bringing them in, changing what is said of them, removing
//! them (product.md §2.14).
//!
//! What is in a document is kept before its row is written, and removed after its row is: a row
//! always has its contents. Contents without a row, left by a process that was ended, go with the
//! sweep.

use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use crate::{
    domain::{
        activity::{Activity, ActivityKind, Facts},
        file::{
            CUSTOMER_FILES_MAX, FILE_BYTES_MAX, FileKind, FileRefusal, INVOICE_FILES_MAX,
            Visibility, clean_name, rename,
        },
        form::Problem,
        ids::{CustomerId, FileId, FileTypeId, InvoiceId},
        permission::Permission,
    },
    services::{
        World,
        change::{ChangeError, invalid},
        customers::sees,
        history,
        staff::Staff,
    },
    storage::{
        self, Session, StorageError,
        files::{FileRow, ListedFileRow},
    },
    vault::{Incoming, Vault, VaultError, inspect},
};

/// How long a document waits for its turn to be looked into.
const LOOK_WAIT: std::time::Duration = std::time::Duration::from_secs(60);

/// Documents that are looked into at the same time: each is in memory as long.
static LOOKING: Semaphore = Semaphore::const_new(2);

/// To whom documents belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The customer.
    pub customer_id: CustomerId,
    /// One of its invoices; none for the customer itself.
    pub invoice_id: Option<InvoiceId>,
}

impl Owner {
    /// Most documents that one may have.
    pub const fn room(self) -> i64 {
        if self.invoice_id.is_some() { INVOICE_FILES_MAX } else { CUSTOMER_FILES_MAX }
    }

    const fn full(self) -> FileRefusal {
        if self.invoice_id.is_some() { FileRefusal::InvoiceFull } else { FileRefusal::CustomerFull }
    }

    /// Whether somebody may bring, change and remove its documents: of customers whoever keeps
    /// them, of invoices whoever may do anything at all.
    pub fn may_change(self, staff: &Staff) -> bool {
        if self.invoice_id.is_some() {
            staff.duties.permissions.iter().next().is_some()
        } else {
            staff.may(Permission::Customers)
        }
    }
}

/// What was typed about a document.
#[derive(Clone, Copy, Debug)]
pub struct FileForm<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type's id.
    pub type_id: &'a str,
    /// Who sees it.
    pub visibility: &'a str,
}

/// Why a document was not kept or changed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The document itself is not taken.
    #[error("the document is refused: {0:?}")]
    Refused(FileRefusal),
    /// They may only look at it.
    #[error("not permitted")]
    Forbidden,
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// As with other changes.
    #[error(transparent)]
    Change(ChangeError),
}

impl<E: Into<ChangeError>> From<E> for FileError {
    fn from(error: E) -> Self {
        Self::Change(error.into())
    }
}

/// To whom documents belong that a browser names: the invoice where there is one, else the
/// customer.
///
/// # Errors
/// `NotFound` also when the user does not see it, or the invoice is not that customer's.
pub async fn owner(
    session: &mut Session,
    staff: &Staff,
    customer_id: &str,
    invoice_id: &str,
) -> Result<Owner, ChangeError> {
    let owner = if invoice_id.is_empty() {
        let customer_id = customer_id.parse().map_err(|_| ChangeError::NotFound)?;
        Owner { customer_id, invoice_id: None }
    } else {
        let id = invoice_id.parse().map_err(|_| ChangeError::NotFound)?;
        let invoice = storage::invoices::find(session, id).await?.ok_or(ChangeError::NotFound)?;
        let customer_id = invoice.customer_id;
        Owner { customer_id, invoice_id: Some(id) }
    };
    let is_other = !customer_id.is_empty() && owner.customer_id.to_string() != customer_id;
    if is_other || !sees(session, staff, owner.customer_id).await? {
        return Err(ChangeError::NotFound);
    }
    Ok(owner)
}

/// What somebody has, latest first.
///
/// # Errors
/// When the database fails.
pub async fn all(session: &mut Session, owner: Owner) -> Result<Vec<ListedFileRow>, StorageError> {
    match owner.invoice_id {
        Some(id) => storage::files::all_of_invoice(session, id).await,
        None => storage::files::all_of_customer(session, owner.customer_id).await,
    }
}

/// Says before a document arrives whether there is a place for it.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Refused`.
pub async fn expect(
    world: &World,
    staff: &Staff,
    customer_id: &str,
    invoice_id: &str,
) -> Result<Owner, FileError> {
    let mut session = world.db.read().await?;
    let owner = owner(&mut session, staff, customer_id, invoice_id).await?;
    if !owner.may_change(staff) {
        return Err(FileError::Forbidden);
    }
    let count = storage::files::count(&mut session, owner.customer_id, owner.invoice_id).await?;
    if count < owner.room() { Ok(owner) } else { Err(FileError::Refused(owner.full())) }
}

async fn type_of(
    session: &mut Session,
    type_id: &str,
) -> Result<Option<(FileTypeId, String)>, ChangeError> {
    let Ok(id) = type_id.parse() else { return Ok(None) };
    let row = storage::file_types::find(session, id).await?;
    Ok(row.map(|row| (row.id, row.name)))
}

fn facts(name: &str, type_name: &str, visibility: Visibility) -> Facts {
    history::facts([
        ("document", name),
        ("document_type", type_name),
        ("visibility", visibility.as_str()),
    ])
}

/// Looks into what arrived.
async fn look_into(kind: FileKind, arrived: &Incoming) -> Result<(), FileError> {
    if arrived.bytes() > FILE_BYTES_MAX {
        return Err(FileError::Refused(FileRefusal::TooLarge));
    }
    let unavailable = || FileError::Refused(FileRefusal::Unavailable);
    let place = tokio::time::timeout(LOOK_WAIT, LOOKING.acquire()).await;
    let _place = place.ok().and_then(Result::ok).ok_or_else(unavailable)?;
    let path = arrived.path().to_owned();
    let looked = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::read(path).map_err(VaultError::from)?;
        inspect::inspect(kind, &bytes).map_err(FileError::Refused)
    });
    looked.await.map_err(|_| unavailable())?
}

/// Keeps a document that has arrived whole.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Refused`.
pub async fn add(
    world: &World,
    vault: &Vault,
    staff: &Staff,
    owner: Owner,
    form: FileForm<'_>,
    arrived: Incoming,
) -> Result<FileId, FileError> {
    let (name, kind) = clean_name(form.name).map_err(FileError::Refused)?;
    look_into(kind, &arrived).await?;
    let visibility = Visibility::from_word(form.visibility).unwrap_or(Visibility::Internal);
    let key = world.new_secret();
    let mut session = world.db.begin().await?;
    storage::files::insert_leftover(&mut session, &key, world.now()).await?;
    session.commit().await?;
    let kept = async {
        vault.keep(&key, &arrived).await?;
        let mut session = world.db.begin().await?;
        if !owner.may_change(staff) {
            return Err(FileError::Forbidden);
        }
        if !sees(&mut session, staff, owner.customer_id).await? {
            return Err(ChangeError::NotFound.into());
        }
        let Some((type_id, type_name)) = type_of(&mut session, form.type_id).await? else {
            return Err(FileError::Refused(FileRefusal::NoType));
        };
        let Owner { customer_id, invoice_id } = owner;
        let count = storage::files::lock_and_count(&mut session, customer_id, invoice_id).await?;
        if count >= owner.room() {
            return Err(FileError::Refused(owner.full()));
        }
        let bytes = i64::try_from(arrived.bytes()).unwrap_or(i64::MAX);
        let row = FileRow {
            id: world.new_id(),
            customer_id,
            invoice_id,
            type_id,
            uploaded_by: staff.id,
            object_key: key.clone(),
            name,
            kind,
            bytes,
            visibility,
            version: 1,
            created_at: world.now(),
        };
        storage::files::insert(&mut session, &row).await?;
        if !storage::files::delete_leftover(&mut session, &key).await? {
            // It took so long that the contents were cleared away.
            return Err(FileError::Refused(FileRefusal::Unavailable));
        }
        let mut after = facts(&row.name, &type_name, visibility);
        after.insert("size".to_owned(), bytes.to_string());
        let activity = Activity::new(ActivityKind::DocumentAdded, &staff.actor(), after);
        let activity = Activity { invoice_id, ..activity };
        history::write_and_commit(session, world, customer_id, &activity).await?;
        Ok(row.id)
    };
    let kept = kept.await;
    match &kept {
        // A store that did not answer may keep it yet, after it was told to forget it: the sweep
        // tells it once more.
        Err(FileError::Vault(_)) => {
            if let Err(error) = vault.remove(&key).await {
                tracing::warn!(%error, "contents of a document cannot be removed yet");
            }
        }
        Err(_) if !is_known(world, &key).await => discard(world, vault, &key).await,
        _ => {}
    }
    kept
}

/// Whether a row has the key, or may have: a commit whose answer was lost leaves that open.
async fn is_known(world: &World, key: &str) -> bool {
    let found = async {
        let mut session = world.db.read().await?;
        storage::files::find_by_key(&mut session, key).await
    };
    !matches!(found.await, Ok(None))
}

/// Removes contents that are noted as left over; what cannot be removed now goes with the sweep.
async fn discard(world: &World, vault: &Vault, key: &str) {
    let removed = async {
        match vault.remove(key).await {
            Err(error) if !error.is_missing() => return Err(FileError::Vault(error)),
            _ => {}
        }
        let mut session = world.db.begin().await?;
        storage::files::delete_leftover(&mut session, key).await?;
        Ok(session.commit().await?)
    };
    if let Err(error) = removed.await {
        tracing::warn!(%error, "contents of a document cannot be removed yet");
    }
}

/// A document that somebody sees.
///
/// # Errors
/// `NotFound`.
pub async fn seen(
    session: &mut Session,
    staff: &Staff,
    id: FileId,
) -> Result<FileRow, ChangeError> {
    let row = storage::files::find(session, id).await?.ok_or(ChangeError::NotFound)?;
    if sees(session, staff, row.customer_id).await? { Ok(row) } else { Err(ChangeError::NotFound) }
}

async fn to_change(
    session: &mut Session,
    staff: &Staff,
    id: FileId,
    version: i64,
) -> Result<FileRow, FileError> {
    let row = seen(session, staff, id).await?;
    let owner = Owner { customer_id: row.customer_id, invoice_id: row.invoice_id };
    if !owner.may_change(staff) {
        return Err(FileError::Forbidden);
    }
    if row.version == version { Ok(row) } else { Err(ChangeError::Changed.into()) }
}

fn bad_name(refusal: FileRefusal) -> ChangeError {
    let problem = match refusal {
        FileRefusal::NoFile => Problem::Required,
        FileRefusal::DoubleEnding => Problem::NotAChoice,
        _ => Problem::Wrong,
    };
    invalid("document_name", problem)
}

/// Changes a document's name, type and visibility. `version` is the one that was read.
///
/// # Errors
/// `Invalid`, `NotFound`, `Forbidden`, `Changed`.
pub async fn change(
    world: &World,
    staff: &Staff,
    id: FileId,
    version: i64,
    form: FileForm<'_>,
) -> Result<(), FileError> {
    let mut session = world.db.begin().await?;
    let row = to_change(&mut session, staff, id, version).await?;
    let name = rename(form.name, row.kind).map_err(bad_name)?;
    let visibility = Visibility::from_word(form.visibility)
        .ok_or_else(|| invalid("visibility", Problem::NotAChoice))?;
    let (type_id, type_name) = type_of(&mut session, form.type_id)
        .await?
        .ok_or_else(|| invalid("document_type", Problem::NotAChoice))?;
    let type_before = storage::file_types::find(&mut session, row.type_id).await?;
    let type_before = type_before.map(|before| before.name).unwrap_or_default();
    let before = facts(&row.name, &type_before, row.visibility);
    let after = facts(&name, &type_name, visibility);
    let kind = ActivityKind::DocumentChanged;
    let Some(mut activity) = Activity::change(kind, &staff.actor(), before, after) else {
        return Ok(());
    };
    // Which one it was.
    activity.after.insert("document".to_owned(), name.clone());
    let (customer_id, invoice_id) = (row.customer_id, row.invoice_id);
    let next = FileRow { name, type_id, visibility, ..row };
    if !storage::files::update(&mut session, &next).await? {
        return Err(ChangeError::Changed.into());
    }
    let activity = Activity { invoice_id, ..activity };
    Ok(history::write_and_commit(session, world, customer_id, &activity).await?)
}

/// Removes a document of the version that was read.
///
/// # Errors
/// `NotFound`, `Forbidden`, `Changed`.
pub async fn remove(
    world: &World,
    vault: &Vault,
    staff: &Staff,
    id: FileId,
    version: i64,
) -> Result<(), FileError> {
    let mut session = world.db.begin().await?;
    let row = to_change(&mut session, staff, id, version).await?;
    let type_name = storage::file_types::find(&mut session, row.type_id).await?;
    let type_name = type_name.map(|row| row.name).unwrap_or_default();
    if !storage::files::delete(&mut session, id, version).await? {
        return Err(ChangeError::Changed.into());
    }
    let activity = Activity {
        invoice_id: row.invoice_id,
        before: facts(&row.name, &type_name, row.visibility),
        after: history::facts([("document", ""), ("document_type", ""), ("visibility", "")]),
        ..Activity::new(ActivityKind::DocumentRemoved, &staff.actor(), Facts::new())
    };
    storage::files::insert_leftover(&mut session, &row.object_key, world.now()).await?;
    history::write_and_commit(session, world, row.customer_id, &activity).await?;
    discard(world, vault, &row.object_key).await;
    Ok(())
}

/// Contents that one sweep removes.
const LEFTOVERS_MAX: i64 = 1_000;

/// Removes contents that were noted as left over before `noted_before`, and what arrived half before
/// `arrived_before`, by the clock on the wall. Returns how many contents it removed. What this
/// database knows nothing of is nobody's to remove: it may belong to another one, or to this one
/// before it was restored from an older copy.
///
/// # Errors
/// When the store or the database fails.
pub async fn sweep(
    world: &World,
    vault: &Vault,
    noted_before: DateTime<Utc>,
    arrived_before: DateTime<Utc>,
) -> Result<usize, FileError> {
    vault.forget_incoming(arrived_before.into()).await.map_err(VaultError::from)?;
    let mut session = world.db.read().await?;
    let keys = storage::files::all_leftovers(&mut session, noted_before, LEFTOVERS_MAX).await?;
    drop(session);
    for key in &keys {
        discard(world, vault, key).await;
    }
    Ok(keys.len())
}
