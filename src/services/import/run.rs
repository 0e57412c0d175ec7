//! A whole import: read the file, bring it in batch by batch, keep the report.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    RUN_IMPORT, credits, customers,
    invoices::{self, Said},
    report::{ImportReport, Outcome},
    uploads::Upload,
};
use crate::{
    domain::{ids::ImportId, money::Currency, payment_override::OnlinePayments},
    import::{
        self, Batch, DateFormat, FileError, ImportedCustomer, ImportedDocument, Kind, OptionError,
        Options, Side, parse_map, parse_prefixes,
    },
    services::{
        World,
        busy::{MayBeBusy, Tries},
        company, expectations, hierarchy, queue,
        settlement::SettleError,
    },
    storage::{
        self, Session, StorageError, customers::CustomerRow, imports::ImportRow,
        invoices::DocumentLine,
    },
};

/// Documents stored by one transaction: few enough that other writers need not wait long, many
/// enough that a large file is done in a minute.
const DOCUMENTS_PER_TRANSACTION: usize = 100;

/// What is said of customers whom the books keep by synchronising.
const SYNCED: &str = "the customer is synchronised with the books; what is here stays";

/// Why an import did not run.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// An option makes no sense.
    #[error("{}", .0.message())]
    Option(#[from] OptionError),
    /// There is no such currency.
    #[error("there is no currency {0:?}")]
    UnknownCurrency(String),
    /// There is no such kind of file.
    #[error("a file holds invoices, customers or credit-memos, not {0:?}")]
    UnknownKind(String),
    /// The file cannot be read.
    #[error("{}", .0.message())]
    File(#[from] FileError),
    /// The file is gone.
    #[error("the file cannot be opened: {0}")]
    Gone(#[source] std::io::Error),
    /// The books refused: a fault of ours.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl MayBeBusy for ImportError {
    fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Storage(StorageError::Busy)
                | Self::Settle(SettleError::Storage(StorageError::Busy))
        )
    }
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

/// What a person chose about a file, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// `invoices`, `customers` or `credit-memos`.
    pub kind: String,
    /// `field=Column` pairs, separated by commas or lines.
    pub map: String,
    /// Such as `%d.%m.%Y`; empty to find out.
    pub date_format: String,
    /// For rows without one; empty for the seller's.
    pub currency: String,
    /// For rows without them.
    pub terms: String,
    /// `C=credit-memo` pairs, separated by commas.
    pub prefixes: String,
    /// The customer of rows without one; empty to refuse those.
    pub default_customer: String,
    /// Whether `map` names every field that is to be read; otherwise the others are guessed.
    pub is_complete: bool,
}

impl Choices {
    /// The options that the `import` room understands.
    ///
    /// # Errors
    /// The first choice that makes no sense.
    pub fn options(&self, currency: Currency) -> Result<Options, ImportError> {
        let text = |value: &str| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        let kind = text(&self.kind).unwrap_or_else(|| "invoices".to_owned());
        let kind = Kind::from_name(&kind).ok_or(ImportError::UnknownKind(kind))?;
        let mut options = Options::new(kind);
        options.guess = !self.is_complete;
        options.map = parse_map(&self.map.replace(['\r', '\n'], ","))?;
        options.date_format = match text(&self.date_format) {
            Some(format) => Some(DateFormat::parse(&format)?),
            None => None,
        };
        options.currency = Some(match text(&self.currency) {
            Some(code) => Currency::from_code(&code).ok_or(ImportError::UnknownCurrency(code))?,
            None => currency,
        });
        options.terms = text(&self.terms);
        options.default_customer = text(&self.default_customer);
        options.number_prefixes = parse_prefixes(&self.prefixes)?;
        Ok(options)
    }
}

/// A file to import.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// Where it is.
    pub path: PathBuf,
    /// What people call it.
    pub name: String,
}

/// What the job needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunImport {
    /// The run.
    pub import_id: ImportId,
    /// The upload's id.
    pub upload_id: String,
    /// What was chosen.
    pub choices: Choices,
    /// Who started it.
    pub actor: String,
}

pub(super) fn hash_of(document: &ImportedDocument) -> String {
    hex::encode(Sha256::digest(document.fingerprint().as_bytes()))
}

pub(super) fn lines_of(document: &ImportedDocument) -> Vec<DocumentLine> {
    document
        .lines
        .iter()
        .map(|line| DocumentLine {
            description: line.description.as_ref().to_owned(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            amount_minor: line.amount,
        })
        .collect()
}

/// Reads a file, on a thread of its own.
///
/// # Errors
/// When it cannot be read.
pub async fn read(file: &ImportFile, options: Options) -> Result<Batch, ImportError> {
    let path = file.path.clone();
    let read = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(path).map_err(ImportError::Gone)?;
        import::read(std::io::BufReader::new(file), &options, &mut |_| {}).map_err(Into::into)
    });
    read.await.map_err(|error| StorageError::Inconsistent(format!("import: {error}")))?
}

/// How a file would be read.
///
/// # Errors
/// When it cannot be read at all.
pub async fn preview(
    file: &ImportFile,
    options: Options,
    rows: usize,
) -> Result<import::Preview, ImportError> {
    let path = file.path.clone();
    let read = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(path).map_err(ImportError::Gone)?;
        import::preview(std::io::BufReader::new(file), &options, rows).map_err(Into::into)
    });
    read.await.map_err(|error| StorageError::Inconsistent(format!("import: {error}")))?
}

/// Who hears how far an import is: after each transaction, how many of how many things are done.
/// An error ends the import there.
pub type OnStep<'a> = &'a mut (dyn FnMut(usize, usize) -> Result<(), StorageError> + Send);

/// Brings what was read into the books; the run of `import_id`, if any, shows how far it is.
///
/// # Errors
/// When the books or the database fail; what was committed until then stays and is found
/// unchanged by the next run.
pub async fn store_batch(
    world: &World,
    batch: &Batch,
    is_dry_run: bool,
    actor: &str,
    import_id: Option<ImportId>,
    on_step: OnStep<'_>,
) -> Result<ImportReport, ImportError> {
    let mut report = ImportReport::of(batch);
    report.is_dry_run = is_dry_run;
    let total = batch.customers.len() + batch.documents.len();
    let has_terms = batch.documents.iter().any(|document| document.terms.is_some());
    let said = Said::by(&batch.columns, has_terms);
    let by_number: HashMap<&str, &ImportedCustomer> =
        batch.customers.iter().map(|customer| (&*customer.number, customer)).collect();
    let mut known: HashMap<Arc<str>, CustomerRow> = HashMap::new();
    let new_online = {
        let mut session = world.db.read().await?;
        company::load(&mut session).await?.policy.new_customers
    };
    let mut done = 0;
    for part in batch.customers.chunks(DOCUMENTS_PER_TRANSACTION * 5) {
        let mut tries = Tries::default();
        loop {
            let mut tried = report.clone();
            match store_customers(world, part, is_dry_run, &mut tried, new_online, actor).await {
                Ok(stored) => {
                    known.extend(stored);
                    report = tried;
                    break;
                }
                Err(error) => tries.again(error)?,
            }
        }
        done += part.len();
        note_progress(world, import_id, done, total).await?;
        on_step(done, total)?;
    }
    // Before the documents: nobody is to see and pay what is not theirs any more.
    if !is_dry_run && !batch.customers.is_empty() {
        hierarchy::refresh(world, actor).await?;
    }
    for part in batch.documents.chunks(DOCUMENTS_PER_TRANSACTION) {
        let customers = |number: &Arc<str>| by_number.get(&**number).copied();
        let rehearsed: Vec<&ImportedCustomer> = if is_dry_run {
            let numbers: HashSet<_> = part.iter().map(|one| &one.customer_number).collect();
            numbers.into_iter().filter_map(customers).collect()
        } else {
            Vec::new()
        };
        let step = Step { documents: part, rehearsed, known: &known, said, new_online, actor };
        let mut tries = Tries::default();
        loop {
            let mut tried = report.clone();
            match store_documents(world, &step, is_dry_run, &mut tried).await {
                Ok(()) => {
                    report = tried;
                    break;
                }
                Err(error) => tries.again(error)?,
            }
        }
        done += part.len();
        note_progress(world, import_id, done, total).await?;
        on_step(done, total)?;
    }
    if !is_dry_run {
        let mut session = world.db.begin().await?;
        expectations::queue(&mut session, world, None).await?;
        session.commit().await?;
    }
    Ok(report)
}

/// Customers that are stored by one transaction; a rehearsal forgets them.
async fn store_customers(
    world: &World,
    part: &[ImportedCustomer],
    is_dry_run: bool,
    report: &mut ImportReport,
    new_online: OnlinePayments,
    actor: &str,
) -> Result<HashMap<Arc<str>, CustomerRow>, ImportError> {
    let mut stored = HashMap::new();
    let mut session = world.db.begin().await?;
    for customer in part {
        let (session, stored) = (&mut session, &mut stored);
        store_customer(session, world, customer, stored, report, new_online, actor).await?;
    }
    if !is_dry_run {
        session.commit().await?;
    }
    Ok(stored)
}

/// Documents that are stored by one transaction.
struct Step<'a> {
    documents: &'a [ImportedDocument],
    /// In a rehearsal, the customers they need: each step forgets what it did, so that nobody has
    /// to wait for it, and what one needs of those before is made again.
    rehearsed: Vec<&'a ImportedCustomer>,
    known: &'a HashMap<Arc<str>, CustomerRow>,
    said: Said,
    new_online: OnlinePayments,
    actor: &'a str,
}

async fn store_documents(
    world: &World,
    step: &Step<'_>,
    is_dry_run: bool,
    report: &mut ImportReport,
) -> Result<(), ImportError> {
    let mut session = world.db.begin().await?;
    let mut rehearsed = HashMap::new();
    let mut silent = ImportReport::default();
    for customer in &step.rehearsed {
        let (session, known, report) = (&mut session, &mut rehearsed, &mut silent);
        let Step { new_online, actor, .. } = *step;
        store_customer(session, world, customer, known, report, new_online, actor).await?;
    }
    let known = if is_dry_run { &rehearsed } else { step.known };
    for document in step.documents {
        let session = &mut session;
        store_document(session, world, document, known, step.said, report, step.actor).await?;
    }
    if !is_dry_run {
        session.commit().await?;
    }
    Ok(())
}

async fn note_progress(
    world: &World,
    import_id: Option<ImportId>,
    done: usize,
    total: usize,
) -> Result<(), StorageError> {
    let Some(id) = import_id else { return Ok(()) };
    let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut session = world.db.begin().await?;
    storage::imports::update_progress(&mut session, id, whole(done), whole(total)).await?;
    session.commit().await?;
    Ok(())
}

async fn store_customer(
    session: &mut Session,
    world: &World,
    customer: &ImportedCustomer,
    known: &mut HashMap<Arc<str>, CustomerRow>,
    report: &mut ImportReport,
    new_online: OnlinePayments,
    actor: &str,
) -> Result<(), ImportError> {
    let (row, outcome) = customers::store(session, world, customer, new_online, actor).await?;
    report.customers.add(outcome);
    if outcome == Outcome::Kept {
        *report.warnings.entry(SYNCED.to_owned()).or_default() += 1;
    }
    known.insert(customer.number.clone(), row);
    Ok(())
}

async fn store_document(
    session: &mut Session,
    world: &World,
    document: &ImportedDocument,
    known: &HashMap<Arc<str>, CustomerRow>,
    said: Said,
    report: &mut ImportReport,
    actor: &str,
) -> Result<(), ImportError> {
    let Some(customer) = known.get(&document.customer_number) else {
        report.refuse(document.line, &document.number, "the customer could not be stored");
        return Ok(());
    };
    let outcome: Option<Outcome> = match document.side {
        Side::Debit => {
            invoices::store(session, world, document, customer, said, report, actor).await?
        }
        Side::Credit => credits::store(session, world, document, customer, report, actor).await?,
    };
    let Some(outcome) = outcome else { return Ok(()) };
    match document.kind {
        import::DocumentKind::Invoice => report.invoices.add(outcome),
        import::DocumentKind::CreditMemo => report.credit_memos.add(outcome),
        import::DocumentKind::Adjustment => report.adjustments.add(outcome),
    }
    if document.total == 0 {
        report.zero_documents += 1;
    }
    Ok(())
}

/// Queues the import of an uploaded file and returns the run.
///
/// # Errors
/// When a choice makes no sense or the database fails.
pub async fn start(
    world: &World,
    upload: &Upload,
    choices: &Choices,
    actor: &str,
) -> Result<ImportId, ImportError> {
    let mut session = world.db.begin().await?;
    let company = company::load(&mut session).await?;
    let options = choices.options(company.profile.currency)?;
    let now = world.now();
    let id: ImportId = world.new_id();
    let row = ImportRow {
        id,
        kind: options.kind.name().to_owned(),
        file_name: upload.file.name.clone(),
        state: "running".to_owned(),
        done_count: 0,
        total_count: 0,
        report: String::new(),
        started_by: actor.to_owned(),
        started_at: now,
    };
    storage::imports::insert(&mut session, &row).await?;
    let job = RunImport {
        import_id: id,
        upload_id: upload.id.clone(),
        choices: choices.clone(),
        actor: actor.to_owned(),
    };
    let key = format!("{RUN_IMPORT}:{id}");
    queue::once(&mut session, world, (RUN_IMPORT, &key), &job).await?;
    session.commit().await?;
    Ok(id)
}

/// Runs a queued import to its end. A file that cannot be read ends the run as failed; running it
/// again is harmless.
///
/// # Errors
/// When the books or the database fail: the job is tried again.
pub async fn run(world: &World, job: &RunImport, file: &ImportFile) -> Result<(), ImportError> {
    let id = job.import_id;
    let outcome = read_and_store(world, job, file).await;
    let (state, report) = match outcome {
        Ok(report) => ("done", serde_json::to_string(&report)),
        Err(
            error @ (ImportError::File(_)
            | ImportError::Option(_)
            | ImportError::UnknownCurrency(_)
            | ImportError::UnknownKind(_)
            | ImportError::Gone(_)),
        ) => ("failed", serde_json::to_string(&error.to_string())),
        Err(error) => return Err(error),
    };
    let report = report.map_err(|error| StorageError::Inconsistent(format!("report: {error}")))?;
    let mut session = world.db.begin().await?;
    storage::imports::update_finished(&mut session, id, state, &report, world.now()).await?;
    session.commit().await?;
    Ok(())
}

async fn read_and_store(
    world: &World,
    job: &RunImport,
    file: &ImportFile,
) -> Result<ImportReport, ImportError> {
    let mut session = world.db.read().await?;
    let company = company::load(&mut session).await?;
    drop(session);
    let options = job.choices.options(company.profile.currency)?;
    let batch = read(file, options).await?;
    let id = Some(job.import_id);
    store_batch(world, &batch, false, &job.actor, id, &mut |_, _| Ok(())).await
}
