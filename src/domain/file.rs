//! Documents that people upload: which are taken, how large, how many, and what they may be called
//! (product.md §2.14).

use serde::{Deserialize, Serialize};

use super::form::is_blank;

/// Largest document, in bytes: 25 MB.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Largest logo, in bytes: 64 kB.
pub const LOGO_BYTES_MAX: u64 = 64 * 1024;
/// Most documents of a customer, not counting those of its invoices.
pub const CUSTOMER_FILES_MAX: i64 = 10;
/// Most documents of an invoice.
pub const INVOICE_FILES_MAX: i64 = 5;
/// Longest name, in bytes: what file systems take.
pub const NAME_BYTES_MAX: usize = 255;

/// What a document is, as the ending of its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A PDF.
    Pdf,
    /// A picture without loss.
    Png,
    /// A photograph.
    Jpeg,
    /// A text of Word.
    Docx,
    /// A workbook of Excel.
    Xlsx,
    /// A table as text.
    Csv,
    /// A text.
    Txt,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Pdf, Self::Png, Self::Jpeg, Self::Docx, Self::Xlsx, Self::Csv, Self::Txt];

    /// The word that is stored; also the usual ending.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Txt => "txt",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind of an ending, in whatever case.
    pub fn from_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "jpeg" => Some(Self::Jpeg),
            ending => Self::from_word(ending),
        }
    }

    /// As what it is sent.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv",
            Self::Txt => "text/plain",
        }
    }
}

/// Who sees a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Our side only.
    Internal,
    /// The portal too.
    Shared,
}

impl Visibility {
    /// Both, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Internal, Self::Shared];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Shared => "shared",
        }
    }

    /// The visibility of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.as_str() == word)
    }
}

/// Why a document is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileRefusal {
    /// None was chosen.
    NoFile,
    /// It did not arrive whole, or not in time.
    Incomplete,
    /// Larger than is taken.
    TooLarge,
    /// Nothing is in it.
    Empty,
    /// Its ending is none of those that are taken.
    NotTaken,
    /// A program's ending stands before the last one.
    DoubleEnding,
    /// What is in it is not what its ending says.
    NotWhatItSays,
    /// It is damaged.
    Broken,
    /// It unpacks to far more than it is, or has too many parts.
    TooTight,
    /// It holds macros.
    Macros,
    /// Another archive or program is inside of it.
    Nested,
    /// It would do something when it is opened.
    Active,
    /// It would fetch something from elsewhere when it is shown.
    Reaches,
    /// It declares a type or entities of its own.
    Declares,
    /// It is two kinds of file at once.
    TwoKinds,
    /// It is locked, so that nobody can look into it.
    Locked,
    /// It is a virus, or what scanners are tested with.
    Virus,
    /// The picture has too many points.
    TooManyPoints,
    /// The customer has as many as it may have.
    CustomerFull,
    /// The invoice has as many as it may have.
    InvoiceFull,
    /// No type was chosen, or one that is not there any more.
    NoType,
    /// It could not be kept just now.
    Unavailable,
}

impl FileRefusal {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::NoFile,
        Self::Incomplete,
        Self::TooLarge,
        Self::Empty,
        Self::NotTaken,
        Self::DoubleEnding,
        Self::NotWhatItSays,
        Self::Broken,
        Self::TooTight,
        Self::Macros,
        Self::Nested,
        Self::Active,
        Self::Reaches,
        Self::Declares,
        Self::TwoKinds,
        Self::Locked,
        Self::Virus,
        Self::TooManyPoints,
        Self::CustomerFull,
        Self::InvoiceFull,
        Self::NoType,
        Self::Unavailable,
    ];

    /// The word in addresses and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoFile => "no_file",
            Self::Incomplete => "incomplete",
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
            Self::NotTaken => "not_taken",
            Self::DoubleEnding => "double_ending",
            Self::NotWhatItSays => "not_what_it_says",
            Self::Broken => "broken",
            Self::TooTight => "too_tight",
            Self::Macros => "macros",
            Self::Nested => "nested",
            Self::Active => "active",
            Self::Reaches => "reaches",
            Self::Declares => "declares",
            Self::TwoKinds => "two_kinds",
            Self::Locked => "locked",
            Self::Virus => "virus",
            Self::TooManyPoints => "too_many_points",
            Self::CustomerFull => "customer_full",
            Self::InvoiceFull => "invoice_full",
            Self::NoType => "no_type",
            Self::Unavailable => "unavailable",
        }
    }

    /// The refusal of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.as_str() == word)
    }

    /// The HTTP status it answers with.
    pub const fn status(self) -> u16 {
        match self {
            Self::Incomplete => 400,
            Self::TooLarge => 413,
            Self::CustomerFull | Self::InvoiceFull => 409,
            Self::Unavailable => 503,
            _ => 422,
        }
    }
}

/// Endings of what runs when it is opened; a name that has one before its last is made to deceive.
const PROGRAMS: [&str; 31] = [
    "apk", "app", "asp", "aspx", "bat", "chm", "cmd", "cpl", "dll", "docm", "exe", "hta", "htm",
    "html", "jar", "js", "jse", "jsp", "lnk", "msi", "php", "pif", "ps1", "scr", "sh", "svg",
    "vbe", "vbs", "wsf", "xhtml", "xlsm",
];

/// Names that a well-known system keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What a document is called when nothing of its name can be kept.
const NAMELESS: &str = "document";

fn is_invisible(c: char) -> bool {
    // Control characters, marks of direction, joiners and other signs without a shape.
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = first.strip_prefix("com").or_else(|| first.strip_prefix("lpt"));
    DEVICES.contains(&first.as_str())
        || numbered.is_some_and(|rest| {
            rest.chars().count() == 1
                && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'))
        })
}

/// Brings a file's name into the form that is kept: no folders, nothing invisible, no signs that a
/// file system minds, short enough; and says what kind it is.
///
/// # Errors
/// `NoFile` for no name at all, `NotTaken`, `DoubleEnding`.
pub fn clean_name(text: &str) -> Result<(String, FileKind), FileRefusal> {
    if is_blank(text) {
        return Err(FileRefusal::NoFile);
    }
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_end_matches(['.', ' ']);
    let (stem, ending) = plain.rsplit_once('.').ok_or(FileRefusal::NotTaken)?;
    let kind = FileKind::from_ending(ending).ok_or(FileRefusal::NotTaken)?;
    let is_program = |part: &str| {
        let part = part.trim().to_ascii_lowercase();
        PROGRAMS.contains(&part.as_str())
    };
    if stem.split('.').skip(1).any(is_program) {
        return Err(FileRefusal::DoubleEnding);
    }
    let stem = stem.trim_matches([' ', '.']);
    let stem = match stem {
        stem if is_blank(stem) => NAMELESS.to_owned(),
        stem if is_device(stem) => format!("_{stem}"),
        stem => stem.to_owned(),
    };
    let room = NAME_BYTES_MAX - ending.len() - 1;
    let stem = shortened(&stem, room).trim_end_matches([' ', '.']);
    Ok((format!("{stem}.{ending}"), kind))
}

fn shortened(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Another name for a document of a kind; the ending may be left out.
///
/// # Errors
/// As of [`clean_name`], and `NotWhatItSays` for the ending of another kind.
pub fn rename(text: &str, kind: FileKind) -> Result<String, FileRefusal> {
    let text = text.trim();
    match clean_name(text) {
        Ok((name, same)) if same == kind => Ok(name),
        Ok(_) => Err(FileRefusal::NotWhatItSays),
        Err(FileRefusal::NotTaken) => {
            let (name, _) = clean_name(&format!("{text}.{}", kind.as_str()))?;
            Ok(name)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::from_word(kind.as_str()), Some(kind));
        }
        for visibility in Visibility::ALL {
            assert_eq!(Visibility::from_word(visibility.as_str()), Some(visibility));
        }
        for refusal in FileRefusal::ALL {
            assert_eq!(FileRefusal::from_word(refusal.as_str()), Some(refusal));
            let written = serde_json::to_string(&refusal).unwrap();
            assert_eq!(written, format!("\"{}\"", refusal.as_str()));
        }
    }

    #[test]
    fn names_are_made_harmless() {
        let clean = |text: &str| clean_name(text).map(|(name, _)| name);
        for (given, kept) in [
            ("Contract 2026.PDF", "Contract 2026.PDF"),
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\dana\\scan.jpeg", "scan.jpeg"),
            ("a\u{0}b\u{7}.pdf", "ab.pdf"),
            ("  two   words .pdf", "two words.pdf"),
            ("acme.com.pdf", "acme.com.pdf"),
            ("<b>:\"x|?*.csv", "_b___x___.csv"),
            (".pdf", "document.pdf"),
            ("....pdf", "document.pdf"),
            ("nul.txt", "_nul.txt"),
            ("COM1.pdf", "_COM1.pdf"),
            ("com10.pdf", "com10.pdf"),
            ("invoice\u{202e}fdp.txt", "invoicefdp.txt"),
            ("契約書.docx", "契約書.docx"),
            ("report.pdf. . ", "report.pdf"),
        ] {
            assert_eq!(clean(given).as_deref(), Ok(kept), "{given:?}");
        }
        let long = clean(&format!("{}.pdf", "ü".repeat(300))).unwrap();
        assert_eq!((long.len(), long.ends_with("ü.pdf")), (254, true));
    }

    #[test]
    fn names_that_deceive_are_refused() {
        for (given, why) in [
            ("", FileRefusal::NoFile),
            ("   ", FileRefusal::NoFile),
            ("\u{200b}\u{2800}", FileRefusal::NoFile),
            ("invoice.pdf.exe", FileRefusal::NotTaken),
            ("invoice.exe.pdf", FileRefusal::DoubleEnding),
            ("page.HTML .txt", FileRefusal::DoubleEnding),
            ("invoice\u{202e}fdp.exe", FileRefusal::NotTaken),
            ("a.pdf\u{0}.exe", FileRefusal::NotTaken),
            ("a.pdf:evil.exe", FileRefusal::NotTaken),
            ("book.xlsm", FileRefusal::NotTaken),
            ("picture.svg", FileRefusal::NotTaken),
            ("README", FileRefusal::NotTaken),
            ("..", FileRefusal::NotTaken),
            ("x.pdf/", FileRefusal::NotTaken),
        ] {
            assert_eq!(clean_name(given).map(|(name, _)| name), Err(why), "{given:?}");
        }
    }

    #[test]
    fn another_name_keeps_the_ending() {
        assert_eq!(rename("Contract", FileKind::Pdf).as_deref(), Ok("Contract.pdf"));
        assert_eq!(rename("acme.com", FileKind::Pdf).as_deref(), Ok("acme.com.pdf"));
        assert_eq!(rename("x.jpeg", FileKind::Jpeg).as_deref(), Ok("x.jpeg"));
        assert_eq!(rename("x.docx", FileKind::Pdf), Err(FileRefusal::NotWhatItSays));
        assert_eq!(rename("x.y.exe", FileKind::Pdf), Err(FileRefusal::DoubleEnding));
        assert_eq!(rename(" ", FileKind::Pdf), Err(FileRefusal::NoFile));
    }
}
