//! Sets documents and writes the files.

use std::{path::PathBuf, sync::OnceLock};

use serde::Serialize;
use serde_json::{Value, json};
use typst::{
    comemo,
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::{
    document::{DocumentDate, Logo, PortalLink},
    fonts::{self, Fonts},
    invoice::InvoiceDocument,
    qr,
    receipt::ReceiptDocument,
    text,
    world::{Desk, Press, Template},
};

/// Results of earlier documents kept for the next ones, in documents.
const CACHE_AGE_MAX: usize = 2;

/// Of a document that is larger, in bytes, nothing is kept: thousands of lines are hundreds of
/// megabytes of results that no other document has a use for.
const LARGE_BYTES: usize = 200_000;

/// Wider or higher pictures are not decoded.
const LOGO_PIXELS_MAX: u32 = 4_096;

/// Why there is no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The extra font folder of the settings cannot be read.
    #[error("the extra font folder cannot be read")]
    FontFolder,
    /// A template refused the document: a fault of ours. The text is for our log.
    #[error("the document cannot be laid out: {0}")]
    Layout(String),
    /// The pages were laid out but could not be written as PDF: a fault of ours.
    #[error("the pages cannot be written")]
    Export,
}

/// Makes PDF files. Costs nothing until its first document; then keeps its fonts (about 2 MB)
/// for good. Share one behind an `Arc`, and call it from a blocking thread: a page takes
/// milliseconds of computing.
pub struct Engine {
    extra_fonts: Option<PathBuf>,
    press: OnceLock<Option<Press>>,
}

/// A written file.
pub(super) struct Printed {
    pub(super) bytes: Vec<u8>,
    /// Whether the file claims conformance to PDF/UA-1.
    #[cfg_attr(not(test), expect(dead_code, reason = "asserted by tests"))]
    pub(super) is_accessible: bool,
}

/// What a template gets beside the document's own fields.
struct Dressing<'a> {
    language: &'a str,
    title: String,
    author: &'a str,
    dated: DocumentDate,
    accent: Option<&'a str>,
    logo: Option<&'a Logo>,
    portal: Option<&'a PortalLink>,
    ident: String,
}

impl Engine {
    /// An engine using the embedded fonts and those in the folder `extra_fonts` (for Chinese,
    /// Japanese, Korean and further scripts).
    pub fn new(extra_fonts: Option<PathBuf>) -> Self {
        Self { extra_fonts, press: OnceLock::new() }
    }

    /// Whether the extra font folder is readable; to be asked when the server starts. Documents
    /// are made without it if it is not.
    ///
    /// # Errors
    /// [`PdfError::FontFolder`].
    pub fn check(&self) -> Result<(), PdfError> {
        match &self.extra_fonts {
            Some(folder) => {
                fonts::read_folder(folder).map(|_| ()).map_err(|_| PdfError::FontFolder)
            }
            None => Ok(()),
        }
    }

    /// The invoice as a PDF file.
    ///
    /// # Errors
    /// [`PdfError::Layout`] and [`PdfError::Export`], for no text a person can type.
    pub fn invoice(&self, document: &InvoiceDocument) -> Result<Vec<u8>, PdfError> {
        self.print_invoice(document).map(|printed| printed.bytes)
    }

    /// The receipt as a PDF file.
    ///
    /// # Errors
    /// [`PdfError::Layout`] and [`PdfError::Export`], for no text a person can type.
    pub fn receipt(&self, document: &ReceiptDocument) -> Result<Vec<u8>, PdfError> {
        self.print_receipt(document).map(|printed| printed.bytes)
    }

    pub(super) fn print_invoice(&self, document: &InvoiceDocument) -> Result<Printed, PdfError> {
        let dressing = Dressing {
            language: &document.language,
            title: format!("{} {}", document.labels.title, document.number),
            author: &document.seller.name,
            dated: document.dated,
            accent: document.accent.as_deref(),
            logo: document.logo.as_ref(),
            portal: document.portal.as_ref().filter(|portal| is_web_address(&portal.url)),
            ident: format!("quittance invoice {}", document.number),
        };
        self.print(Template::Invoice, document, &dressing)
    }

    pub(super) fn print_receipt(&self, document: &ReceiptDocument) -> Result<Printed, PdfError> {
        let dressing = Dressing {
            language: &document.language,
            title: format!("{} {}", document.labels.title, document.number),
            author: &document.merchant.name,
            dated: document.dated,
            accent: document.accent.as_deref(),
            logo: document.logo.as_ref(),
            portal: None,
            ident: format!("quittance receipt {}", document.number),
        };
        self.print(Template::Receipt, document, &dressing)
    }

    fn press(&self) -> Option<&Press> {
        let make = || {
            let folder = self.extra_fonts.as_deref();
            let extra = folder.and_then(|folder| fonts::read_folder(folder).ok());
            Press::new(Fonts::load(extra.unwrap_or_default()))
        };
        self.press.get_or_init(make).as_ref()
    }

    fn print(
        &self,
        template: Template,
        document: &impl Serialize,
        dressing: &Dressing<'_>,
    ) -> Result<Printed, PdfError> {
        let press = self.press().ok_or_else(|| PdfError::Layout("no template".to_owned()))?;
        let mut fields =
            serde_json::to_value(document).map_err(|error| PdfError::Layout(error.to_string()))?;
        text::make_printable(&mut fields, &press.fonts);
        let logo = dressing.logo.filter(|logo| is_drawable(logo));
        let printed = match set(press, template, &fields, dressing, logo) {
            // A damaged picture must not keep an invoice from being printed.
            Err(PdfError::Layout(_)) if logo.is_some() => {
                set(press, template, &fields, dressing, None)
            }
            printed => printed,
        };
        let is_large = printed.as_ref().is_ok_and(|printed| printed.bytes.len() > LARGE_BYTES);
        comemo::evict(if is_large { 0 } else { CACHE_AGE_MAX });
        printed
    }
}

/// Lays one document out and writes it.
fn set(
    press: &Press,
    template: Template,
    fields: &Value,
    dressing: &Dressing<'_>,
    logo: Option<&Logo>,
) -> Result<Printed, PdfError> {
    let mut desk = Desk::new(press, template);
    let logo_path = logo.map(|logo| match logo {
        Logo::Png(_) => "/logo.png",
        Logo::Svg(_) => "/logo.svg",
    });
    if let (Some(logo), Some(path)) = (logo, logo_path) {
        desk.lay(path, logo.bytes().to_vec());
    }
    let url = dressing.portal.map(|portal| portal.url.as_str());
    let code = url.and_then(qr::svg);
    let code_path = code.map(|picture| {
        desk.lay("/qr.svg", picture.into_bytes());
        "/qr.svg"
    });
    let (language, region) = language_and_region(dressing.language);
    let data = json!({
        "language": language,
        "region": region,
        "title": text::one_line(&dressing.title, &press.fonts),
        "author": text::one_line(dressing.author, &press.fonts),
        "date": existing_date(dressing.dated),
        "accent": dressing.accent.filter(|accent| is_color(accent)),
        "logo": logo_path,
        "url": url,
        "qr": code_path,
        "document": fields,
    });
    desk.lay("/data.json", data.to_string().into_bytes());

    let pages = typst::compile(&desk).output.map_err(|errors| explain(&errors))?;
    let options = |standard| {
        let standards = PdfStandards::new(&[standard]).map_err(|_| PdfError::Export)?;
        Ok(PdfOptions {
            ident: Smart::Custom(dressing.ident.clone()),
            creator: Smart::Custom(Some("Quittance".to_owned())),
            standards,
            ..PdfOptions::default()
        })
    };
    if let Ok(bytes) = typst_pdf::pdf(&pages, &options(PdfStandard::Ua_1)?) {
        return Ok(Printed { bytes, is_accessible: true });
    }
    let bytes = typst_pdf::pdf(&pages, &options(PdfStandard::V_1_7)?);
    bytes.map(|bytes| Printed { bytes, is_accessible: false }).map_err(|_| PdfError::Export)
}

fn explain(errors: &[SourceDiagnostic]) -> PdfError {
    PdfError::Layout(errors.first().map(|error| error.message.to_string()).unwrap_or_default())
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A BCP 47 tag as language and region; English when it is none.
fn language_and_region(tag: &str) -> (String, Option<String>) {
    let is_word = |part: &&str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().filter(|part| is_word(part, 2..=3)).unwrap_or("en");
    let region = parts.find(|part| is_word(part, 2..=2));
    (language.to_ascii_lowercase(), region.map(str::to_ascii_uppercase))
}

fn existing_date(date: DocumentDate) -> Option<[u16; 3]> {
    Datetime::from_ymd(i32::from(date.year), date.month, date.day)?;
    Some([date.year, u16::from(date.month), u16::from(date.day)])
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Refuses pictures that are too large to decode, before anything decodes them.
fn is_drawable(logo: &Logo) -> bool {
    let bytes = logo.bytes();
    bytes.len() <= Logo::BYTES_MAX
        && match logo {
            Logo::Png(_) => {
                png_size(bytes).is_some_and(|(width, height)| width.max(height) <= LOGO_PIXELS_MAX)
            }
            // Entities can grow without bound; no drawing program needs them.
            Logo::Svg(_) => str::from_utf8(bytes).is_ok_and(|svg| !svg.contains("<!ENTITY")),
        }
}

/// Width and height as the PNG header states them.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let (width, rest) = header.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_taken_apart() {
        let cases = [
            ("en-US", "en", Some("US")),
            ("de", "de", None),
            ("zh-Hant-TW", "zh", Some("TW")),
            ("AR_ae", "ar", Some("AE")),
            ("", "en", None),
            ("#eval(1)", "en", None),
        ];
        for (tag, language, region) in cases {
            let expected = (language.to_owned(), region.map(str::to_owned));
            assert_eq!(language_and_region(tag), expected, "{tag}");
        }
    }

    #[test]
    fn only_colors_are_colors() {
        assert!(is_color("#0a7C4f"));
        for text in ["red", "#12345", "#1234567", "#12345g", "", "#\u{e9}1234"] {
            assert!(!is_color(text), "{text}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_left_out() {
        let date = |year, month, day| existing_date(DocumentDate { year, month, day });
        assert_eq!(date(2028, 2, 29), Some([2028, 2, 29]));
        assert_eq!(date(2026, 2, 29), None);
        assert_eq!(date(2026, 13, 1), None);
    }
}
