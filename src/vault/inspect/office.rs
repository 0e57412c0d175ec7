//! Texts of Word and workbooks of Excel: archives of XML, weighed before they are unpacked.

use std::{
    collections::HashSet,
    io::{BufReader, Cursor, Read},
};

use quick_xml::{XmlVersion, events::Event};

use super::has_test_virus;
use crate::{
    domain::file::FileRefusal,
    import::{
        FileError,
        archive::{Entry, content, read_entries, weigh_entries},
    },
};

/// Most bytes that a document unpacks to.
const UNPACKED_BYTES_MAX: u64 = 100 * 1024 * 1024;

/// Bytes of a part of XML within which its root begins.
const PROLOG_BYTES_MAX: u64 = 64 * 1024;

/// Largest list of what the parts are, in bytes.
const TYPES_BYTES_MAX: u64 = 1024 * 1024;

/// Largest list of what a part leads to, in bytes.
const REACH_BYTES_MAX: u64 = 4 * 1024 * 1024;

const TYPES: &str = "[content_types].xml";

/// What tells one kind of document from the other.
pub(super) struct Office {
    /// The part that is the document.
    part: &'static str,
    /// What the list says it is.
    content_type: &'static str,
}

/// A text.
pub(super) const WORD: Office = Office {
    part: "word/document.xml",
    content_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
};

/// A workbook.
pub(super) const EXCEL: Office = Office {
    part: "xl/workbook.xml",
    content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
};

/// Endings of parts that run or hold further files.
const FOREIGN: [&str; 24] = [
    ".zip", ".docx", ".docm", ".xlsx", ".xlsm", ".xlsb", ".pptx", ".pptm", ".jar", ".7z", ".rar",
    ".gz", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".scr", ".lnk", ".html", ".htm", ".hta",
    ".ole",
];

/// How parts begin that hold further files, or run.
const BEGINNINGS: [&[u8]; 7] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
];

fn why(error: &FileError) -> FileRefusal {
    match error {
        FileError::TooManyEntries { .. }
        | FileError::UnpacksTooLarge { .. }
        | FileError::UnpacksTooTightly { .. } => FileRefusal::TooTight,
        _ => FileRefusal::Broken,
    }
}

pub(super) fn inspect(bytes: &[u8], office: &Office) -> Result<(), FileRefusal> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // What is locked with a password is wrapped like documents of the nineties.
        return Err(FileRefusal::Locked);
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(FileRefusal::NotWhatItSays);
    }
    let mut input = Cursor::new(bytes);
    let entries = read_entries(&mut input).map_err(|error| why(&error))?;
    let names = check_names(&entries)?;
    if !names.contains(TYPES) || !names.contains(office.part) {
        return Err(FileRefusal::NotWhatItSays);
    }
    weigh_entries(&mut input, &entries, UNPACKED_BYTES_MAX).map_err(|error| why(&error))?;
    for entry in &entries {
        let name = name(entry)?;
        if name == TYPES {
            check_types(&mut input, entry, office)?;
        }
        check_part(&mut input, entry, &name)?;
    }
    Ok(())
}

/// The name, in small letters.
fn name(entry: &Entry) -> Result<String, FileRefusal> {
    let name = std::str::from_utf8(&entry.name).map_err(|_| FileRefusal::Broken)?;
    Ok(name.to_lowercase())
}

fn check_names(entries: &[Entry]) -> Result<HashSet<String>, FileRefusal> {
    let mut names = HashSet::new();
    for entry in entries {
        if entry.is_locked() {
            return Err(FileRefusal::Locked);
        }
        let name = name(entry)?;
        let is_outside = name.starts_with('/')
            || name.contains(['\\', ':', '\0'])
            || name.split('/').any(|part| part == "..");
        if is_outside {
            return Err(FileRefusal::Broken);
        }
        let is_macro = ["vbaproject", "vbadata", "macrosheets/", "activex/"];
        if is_macro.into_iter().any(|part| name.contains(part)) {
            return Err(FileRefusal::Macros);
        }
        if FOREIGN.iter().any(|ending| name.ends_with(ending)) {
            return Err(FileRefusal::Nested);
        }
        // Of two parts of one name each program takes another.
        if !names.insert(name) {
            return Err(FileRefusal::Broken);
        }
    }
    Ok(names)
}

/// What the list says of the parts: the right main part, and nothing with macros.
fn check_types(
    input: &mut Cursor<&[u8]>,
    entry: &Entry,
    office: &Office,
) -> Result<(), FileRefusal> {
    let content = content(input, entry).map_err(|error| why(&error))?;
    let mut text = String::new();
    let read = content.take(TYPES_BYTES_MAX + 1).read_to_string(&mut text);
    if read.is_err() || u64::try_from(text.len()).unwrap_or(u64::MAX) > TYPES_BYTES_MAX {
        return Err(FileRefusal::Broken);
    }
    let lower = text.to_ascii_lowercase();
    if lower.contains("macroenabled") || lower.contains("vbaproject") {
        return Err(FileRefusal::Macros);
    }
    if text.contains(office.content_type) { Ok(()) } else { Err(FileRefusal::NotWhatItSays) }
}

/// Looks at how a part begins, at the head of its XML, and for the test virus.
fn check_part(input: &mut Cursor<&[u8]>, entry: &Entry, name: &str) -> Result<(), FileRefusal> {
    /// Bytes that are looked at together; what is looked for is far shorter.
    const PIECE_BYTES: usize = 64 * 1024;
    const OVERLAP_BYTES: usize = 128;

    let mut part = content(input, entry).map_err(|error| why(&error))?;
    let mut held = Vec::with_capacity(PIECE_BYTES + OVERLAP_BYTES);
    let mut is_first = true;
    loop {
        let before = held.len();
        let piece = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        let read = part.by_ref().take(piece).read_to_end(&mut held);
        read.map_err(|_| FileRefusal::Broken)?;
        if is_first && BEGINNINGS.iter().any(|beginning| held.starts_with(beginning)) {
            return Err(FileRefusal::Nested);
        }
        is_first = false;
        if has_test_virus(&held) {
            return Err(FileRefusal::Virus);
        }
        if held.len() == before {
            break;
        }
        let kept = held.len().saturating_sub(OVERLAP_BYTES);
        held.drain(..kept);
    }
    drop(part);
    if name.ends_with(".xml") || name.ends_with(".rels") || name.ends_with(".vml") {
        check_prolog(input, entry)?;
    }
    if name.ends_with(".rels") || name.starts_with("xl/externallinks/") {
        check_reach(input, entry)?;
    }
    Ok(())
}

/// What a document fetches or starts by itself when it is opened: templates and objects from
/// elsewhere, and programs that are asked for values. Links that somebody follows are fine.
fn check_reach(input: &mut Cursor<&[u8]>, entry: &Entry) -> Result<(), FileRefusal> {
    const FOLLOWED: [&str; 3] = ["/hyperlink", "/image", "/externalLinkPath"];

    let part = content(input, entry).map_err(|error| why(&error))?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part.take(REACH_BYTES_MAX + 1)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|_| FileRefusal::Broken)?;
        if xml.buffer_position() > REACH_BYTES_MAX {
            return Err(FileRefusal::TooTight);
        }
        match event {
            Event::Eof => return Ok(()),
            Event::Start(element) | Event::Empty(element) => {
                if element.local_name().as_ref().eq_ignore_ascii_case(b"ddelink") {
                    return Err(FileRefusal::Active);
                }
                let (mut kind, mut is_elsewhere) = (String::new(), false);
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(|_| FileRefusal::Broken)?;
                    let value = attribute
                        .decoded_and_normalized_value(XmlVersion::Implicit1_0, xml.decoder())
                        .map_err(|_| FileRefusal::Broken)?;
                    match attribute.key.local_name().as_ref() {
                        b"Type" => kind = value.into_owned(),
                        b"TargetMode" => is_elsewhere = value.eq_ignore_ascii_case("external"),
                        _ => {}
                    }
                }
                if is_elsewhere && !FOLLOWED.iter().any(|followed| kind.ends_with(followed)) {
                    return Err(FileRefusal::Active);
                }
            }
            _ => {}
        }
    }
}

/// What stands before the root of a part: no document type, hence no entities, and UTF-8.
fn check_prolog(input: &mut Cursor<&[u8]>, entry: &Entry) -> Result<(), FileRefusal> {
    let part = content(input, entry).map_err(|error| why(&error))?;
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part.take(PROLOG_BYTES_MAX)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| FileRefusal::Broken)? {
            Event::Start(_) | Event::Empty(_) => return Ok(()),
            Event::DocType(_) => return Err(FileRefusal::Active),
            Event::Eof => return Err(FileRefusal::Broken),
            Event::Decl(head) => {
                let is_plain = match head.encoding() {
                    None => true,
                    Some(Ok(encoding)) => {
                        encoding.eq_ignore_ascii_case(b"utf-8")
                            || encoding.eq_ignore_ascii_case(b"us-ascii")
                    }
                    Some(Err(_)) => false,
                };
                if !is_plain {
                    return Err(FileRefusal::Broken);
                }
            }
            _ => {}
        }
    }
}
