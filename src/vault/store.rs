//! Where documents are kept: a folder of this machine, or a bucket that speaks S3.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path,
};
use tokio::sync::Semaphore;

use super::{http::Connector, incoming::Incoming};

/// Documents that are handed to the store at the same time: each is in memory as long.
static KEEPING: Semaphore = Semaphore::const_new(2);

/// What is written to see whether the store takes, gives and forgets.
const PROBE: &[u8] = b"quittance";

/// The region where none is named: those who serve buckets themselves mostly do not mind.
const REGION: &str = "us-east-1";

/// A bucket.
#[derive(Clone)]
pub struct S3Settings {
    /// Its name.
    pub bucket: String,
    /// Where it is.
    pub region: Option<String>,
    /// Who serves it; none for Amazon.
    pub endpoint: Option<String>,
    /// The key's name.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// How long it is waited for.
    pub patience: Patience,
}

/// How long a bucket is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until it takes a connection.
    pub connect: Duration,
    /// Until it begins its answer, beside the time that sending takes, and between two pieces of it.
    pub answer: Duration,
    /// How many bytes a second it takes at least.
    pub pace: u32,
    /// How long a request is tried again.
    pub try_for: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            pace: 100_000,
            try_for: Duration::from_secs(30),
        }
    }
}

impl std::fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Settings").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

/// Where documents are kept.
#[derive(Clone, Debug)]
pub enum VaultSettings {
    /// In a folder.
    Folder(PathBuf),
    /// In a bucket.
    S3(S3Settings),
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The disk.
    #[error("the folder of documents: {0}")]
    Io(#[from] std::io::Error),
    /// The store.
    #[error("the store of documents: {0}")]
    Store(#[from] object_store::Error),
    /// It gave back something else than it got.
    #[error("the store of documents gives back something else than it got")]
    Garbled,
    /// It is no key of ours.
    #[error("{0:?} is no key of the store")]
    BadKey(String),
}

impl VaultError {
    /// Whether there is nothing of that key.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Store(object_store::Error::NotFound { .. }))
    }
}

#[derive(Clone, Debug)]
enum Place {
    /// Made when the first document comes.
    Folder(PathBuf),
    Bucket(Arc<dyn ObjectStore>),
}

/// The contents of a document, piece by piece.
pub struct Contents {
    /// How many bytes they are.
    pub bytes: u64,
    /// The pieces.
    pub pieces: BoxStream<'static, object_store::Result<Bytes>>,
}

/// Where documents are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Vault {
    place: Place,
    incoming: PathBuf,
}

impl Vault {
    /// Opens the store; what is on its way in lies in the folder `incoming` of this machine.
    ///
    /// # Errors
    /// When the settings make no sense, or no TLS can be had.
    pub fn open(settings: &VaultSettings, incoming: PathBuf) -> Result<Self, VaultError> {
        let place = match settings {
            VaultSettings::Folder(folder) => Place::Folder(folder.clone()),
            VaultSettings::S3(settings) => Place::Bucket(bucket(settings)?),
        };
        Ok(Self { place, incoming })
    }

    /// Whether it takes, gives and forgets: something small is, under a name that no document has.
    /// Asking for what is not there would say nothing, since that a bucket is missing sounds the same.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), VaultError> {
        let (store, name) = (self.store()?, Path::from(format!("check-{}", std::process::id())));
        store.put(&name, PutPayload::from_static(PROBE)).await?;
        let found = store.get(&name).await?.bytes().await?;
        store.delete(&name).await?;
        if found == PROBE { Ok(()) } else { Err(VaultError::Garbled) }
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>, VaultError> {
        match &self.place {
            Place::Bucket(store) => Ok(store.clone()),
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                let store = LocalFileSystem::new_with_prefix(folder)?;
                Ok(Arc::new(store.with_fsync(true)))
            }
        }
    }

    /// A file for what is arriving, under a name of ours.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn receive(&self, name: &str) -> Result<Incoming, VaultError> {
        path(name)?;
        Ok(Incoming::create(&self.incoming, name).await?)
    }

    /// Keeps what arrived, under a key of ours. It is there whole, or not at all.
    ///
    /// # Errors
    /// When the store cannot be written. Where it did not answer it may have kept it all the same.
    pub async fn keep(&self, key: &str, arrived: &Incoming) -> Result<(), VaultError> {
        let (store, path) = (self.store()?, path(key)?);
        // It is never closed.
        let _place = KEEPING.acquire().await;
        let contents = tokio::fs::read(arrived.path()).await?;
        store.put(&path, contents.into()).await?;
        Ok(())
    }

    /// The contents of a document.
    ///
    /// # Errors
    /// When the store cannot be read, or has nothing of that key.
    pub async fn read(&self, key: &str) -> Result<Contents, VaultError> {
        let found = self.store()?.get(&path(key)?).await?;
        Ok(Contents { bytes: found.meta.size, pieces: found.into_stream() })
    }

    /// Removes a document's contents; that there are none any more is fine.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove(&self, key: &str) -> Result<(), VaultError> {
        match self.store()?.delete(&path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what a process left half done that was ended before a time.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub async fn forget_incoming(&self, before: std::time::SystemTime) -> std::io::Result<()> {
        forget(&self.incoming, before, |_| true).await?;
        if let Place::Folder(folder) = &self.place {
            // The store's own files on their way: the name, a sign and a number.
            forget(folder, before, |name| name.contains('#')).await?;
        }
        Ok(())
    }
}

async fn forget(
    folder: &std::path::Path,
    before: std::time::SystemTime,
    is_one: impl Fn(&str) -> bool,
) -> std::io::Result<()> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        let is_old = entry.metadata().await?.modified().is_ok_and(|time| time < before);
        if is_old && entry.file_name().to_str().is_some_and(&is_one) {
            tokio::fs::remove_file(entry.path()).await?;
        }
    }
    Ok(())
}

/// Whether a text is a key: 64 hexadecimal digits.
fn is_key(key: &str) -> bool {
    key.len() == 64 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn path(key: &str) -> Result<Path, VaultError> {
    if is_key(key) { Ok(Path::from(key)) } else { Err(VaultError::BadKey(key.to_owned())) }
}

fn bucket(settings: &S3Settings) -> Result<Arc<dyn ObjectStore>, VaultError> {
    let Patience { try_for, .. } = settings.patience;
    let retry = RetryConfig { max_retries: 3, retry_timeout: try_for, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(settings.region.as_deref().unwrap_or(REGION))
        .with_access_key_id(&settings.access_key)
        .with_secret_access_key(&settings.secret_key)
        // One at a time is removed, as everybody understands it who speaks S3.
        .with_disable_bulk_delete(true)
        .with_retry(retry)
        .with_http_connector(Connector::new(settings.patience)?);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    Ok(Arc::new(builder.build()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ours() {
        assert!(path(&"a1".repeat(32)).is_ok());
        for bad in ["", "../x", "a", &"A1".repeat(32), &"g1".repeat(32)] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let settings = S3Settings {
            bucket: "papers".to_owned(),
            region: None,
            endpoint: Some("http://127.0.0.1:9000".to_owned()),
            access_key: "who".to_owned(),
            secret_key: "hush".to_owned(),
            patience: Patience::default(),
        };
        assert!(!format!("{settings:?}").contains("hush"));
        let vault = Vault::open(&VaultSettings::S3(settings), PathBuf::new()).unwrap();
        assert!(!format!("{vault:?}").contains("hush"));
    }
}
