//! The closed world a document is set in: our templates, our fonts, one document's data. No
//! file system, no packages, no network, no date.

use std::path::PathBuf;

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use super::fonts::Fonts;

/// A document we have a template for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Template {
    Invoice,
    Receipt,
}

/// What all documents share; made once.
pub(super) struct Press {
    pub(super) fonts: Fonts,
    library: LazyHash<Library>,
    common: Source,
    invoice: Source,
    receipt: Source,
}

impl Press {
    /// `None` only if one of our own template paths is not a path.
    pub(super) fn new(fonts: Fonts) -> Option<Self> {
        let source = |path: &str, text: &str| Some(Source::new(file_id(path)?, text.to_owned()));
        Some(Self {
            fonts,
            library: LazyHash::new(Library::default()),
            common: source("/common.typ", include_str!("templates/common.typ"))?,
            invoice: source("/invoice.typ", include_str!("templates/invoice.typ"))?,
            receipt: source("/receipt.typ", include_str!("templates/receipt.typ"))?,
        })
    }

    fn source(&self, template: Template) -> &Source {
        match template {
            Template::Invoice => &self.invoice,
            Template::Receipt => &self.receipt,
        }
    }
}

/// The world of one document.
pub(super) struct Desk<'a> {
    press: &'a Press,
    template: Template,
    files: Vec<(FileId, Bytes)>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(press: &'a Press, template: Template) -> Self {
        Self { press, template, files: Vec::new() }
    }

    /// Lays a file the template may read at `path`.
    pub(super) fn lay(&mut self, path: &str, content: Vec<u8>) {
        if let Some(id) = file_id(path) {
            self.files.push((id, Bytes::new(content)));
        }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.fonts.book
    }

    fn main(&self) -> FileId {
        self.press.source(self.template).id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.press.common, self.press.source(self.template)]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, content)| content.clone())
            .ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_with_slash()))
}
