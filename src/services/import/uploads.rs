//! Uploaded files on their way into an import: kept in a folder of ours, under names of ours.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::run::ImportFile;

/// Where uploads are kept.
#[derive(Clone, Debug)]
pub struct Uploads {
    folder: PathBuf,
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id: 64 hexadecimal digits nobody can guess.
    pub id: String,
    /// The file.
    pub file: ImportFile,
    /// The kind chosen when it was uploaded.
    pub kind: String,
}

#[derive(Serialize, Deserialize)]
struct Label {
    name: String,
    kind: String,
}

impl Uploads {
    /// Uploads in a folder, which is made when the first one comes.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, id: &str) -> Option<PathBuf> {
        let is_ours = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_ours.then(|| self.folder.join(id))
    }

    /// Makes the file that an upload is written into.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn create(&self, id: &str) -> std::io::Result<(PathBuf, tokio::fs::File)> {
        tokio::fs::create_dir_all(&self.folder).await?;
        let path = self.path(id).ok_or(std::io::ErrorKind::InvalidInput)?;
        let partial = path.with_extension("part");
        let file = tokio::fs::File::create(&partial).await?;
        Ok((partial, file))
    }

    /// Completes an upload; until then it does not exist for anybody.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn finish(&self, id: &str, name: &str, kind: &str) -> std::io::Result<()> {
        let path = self.path(id).ok_or(std::io::ErrorKind::InvalidInput)?;
        let name = Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or("file");
        let label = Label { name: name.to_owned(), kind: kind.to_owned() };
        let label = serde_json::to_vec(&label).map_err(std::io::Error::other)?;
        tokio::fs::write(path.with_extension("json"), label).await?;
        tokio::fs::rename(path.with_extension("part"), path).await
    }

    /// Removes what is left of an upload that did not arrive whole.
    pub async fn discard(&self, id: &str) {
        if let Some(path) = self.path(id) {
            // Nothing may have been written yet.
            let _ = tokio::fs::remove_file(path.with_extension("part")).await;
        }
    }

    /// Removes uploads that came before a time: they are in the books by then, or were given up.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn forget(&self, before: std::time::SystemTime) -> std::io::Result<()> {
        let mut entries = match tokio::fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            let is_old = entry.metadata().await?.modified().is_ok_and(|time| time < before);
            if is_old {
                tokio::fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }

    /// The upload of an id.
    pub async fn find(&self, id: &str) -> Option<Upload> {
        let path = self.path(id)?;
        let label = tokio::fs::read(path.with_extension("json")).await.ok()?;
        let label: Label = serde_json::from_slice(&label).ok()?;
        tokio::fs::try_exists(&path).await.ok().filter(|exists| *exists)?;
        let file = ImportFile { path, name: label.name };
        Some(Upload { id: id.to_owned(), file, kind: label.kind })
    }
}
