//! A document on its way in: a file that is gone as soon as nobody holds it.

use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt;

/// A file that is being written. Dropped, also with a request that was cut off, it is removed.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    file: tokio::fs::File,
    bytes: u64,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What was left by a process that was ended goes with the sweep.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Incoming {
    /// A file in a folder, which is made when it is not there yet.
    pub(super) async fn create(folder: &Path, name: &str) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        let path = folder.join(name);
        let file = tokio::fs::File::create_new(&path).await?;
        Ok(Self { path, file, bytes: 0 })
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// When the disk is full, for example.
    pub async fn write(&mut self, piece: &[u8]) -> std::io::Result<()> {
        self.file.write_all(piece).await?;
        self.bytes = self.bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// When the disk is full, for example.
    pub async fn finish(&mut self) -> std::io::Result<()> {
        self.file.flush().await
    }

    /// How much was written.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
