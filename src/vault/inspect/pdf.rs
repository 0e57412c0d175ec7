//! PDFs: nothing in front, nothing beside, and nothing that acts when the document is opened.

use std::io::Read;

use super::{find, has_page, has_test_virus, is_archive_too};
use crate::domain::file::FileRefusal;

/// Bytes at the end in which the last line has to stand.
const END_WITHIN: usize = 2048;

/// Most bytes that one packed part with objects unpacks to, and one with anything else.
const OBJECTS_BYTES_MAX: u64 = 16 * 1024 * 1024;
const PART_BYTES_MAX: u64 = 1024 * 1024;

/// Most bytes that are unpacked of one document.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Bytes that are read for unpacking, as a multiple of the document: parts that lie over each other
/// would have it read again and again.
const READ_TIMES_MAX: u64 = 4;

/// Bytes before a packed part in which what it is stands.
const HEAD_BYTES: usize = 2048;

/// What acts: scripts, starting programs, files inside of the file, films.
const ACTIVE: [&[u8]; 8] = [
    b"JavaScript",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"ImportData",
    b"GoToE",
];

pub(super) fn inspect(bytes: &[u8]) -> Result<(), FileRefusal> {
    if !bytes.starts_with(b"%PDF-") {
        return Err(FileRefusal::NotWhatItSays);
    }
    let end = bytes.get(bytes.len().saturating_sub(END_WITHIN)..).unwrap_or_default();
    if find(end, b"%%EOF").is_none() {
        return Err(FileRefusal::Broken);
    }
    if is_archive_too(bytes) || has_page(bytes) {
        return Err(FileRefusal::TwoKinds);
    }
    if has_active(bytes) {
        return Err(FileRefusal::Active);
    }
    inspect_packed(bytes)
}

/// Looks into the packed parts: objects may be packed too.
fn inspect_packed(bytes: &[u8]) -> Result<(), FileRefusal> {
    let read_max = READ_TIMES_MAX * u64::try_from(bytes.len()).unwrap_or(u64::MAX / READ_TIMES_MAX);
    let mut hidden = names(bytes).filter(|name| name == b"ObjStm").count();
    let (mut unpacked, mut unpacked_objects, mut read) = (0, 0, 0);
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"stream")) {
        let at = from + at;
        from = at + b"stream".len();
        let is_end = at >= 3 && bytes.get(at - 3..at) == Some(b"end");
        if is_end {
            continue;
        }
        let packed = bytes.get(from..).unwrap_or_default();
        let packed = packed.strip_prefix(b"\r").unwrap_or(packed);
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        let head = bytes.get(at.saturating_sub(HEAD_BYTES)..at).unwrap_or_default();
        let head = own_head(head);
        let has_objects = names(head).any(|name| name == b"ObjStm");
        let max = if has_objects { OBJECTS_BYTES_MAX } else { PART_BYTES_MAX };
        if !is_zlib(packed) {
            // Unpacked objects were looked at with the rest; others hide what they are.
            let is_hidden = names(head).any(|name| name == b"Filter");
            if has_objects && is_hidden {
                return Err(FileRefusal::Locked);
            }
            hidden = hidden.saturating_sub(usize::from(has_objects));
            continue;
        }
        if !has_objects && unpacked > UNPACKED_BYTES_MAX {
            continue;
        }
        let mut text = Vec::new();
        let mut decoder = flate2::read::ZlibDecoder::new(packed);
        let done = decoder.by_ref().take(max + 1).read_to_end(&mut text);
        read += decoder.total_in();
        if read > read_max {
            return Err(FileRefusal::TooTight);
        }
        let len = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if has_objects {
            unpacked_objects += len;
            if len > max || unpacked_objects > UNPACKED_BYTES_MAX {
                return Err(FileRefusal::TooTight);
            }
            if done.is_err() {
                return Err(FileRefusal::Locked);
            }
            hidden = hidden.saturating_sub(1);
        } else {
            unpacked += len;
        }
        if has_active(&text) {
            return Err(FileRefusal::Active);
        }
        if has_test_virus(&text) {
            return Err(FileRefusal::Virus);
        }
    }
    // Objects that lie packed where nobody could look into them.
    if hidden > 0 { Err(FileRefusal::Locked) } else { Ok(()) }
}

/// What belongs to the part itself: behind the last object's beginning.
fn own_head(head: &[u8]) -> &[u8] {
    let start = head.windows(5).rposition(|part| part == b" obj<" || part == b"0 obj");
    start.and_then(|at| head.get(at..)).unwrap_or(head)
}

/// Whether bytes begin as zlib's do.
fn is_zlib(bytes: &[u8]) -> bool {
    let [method, flags, ..] = *bytes else { return false };
    method & 0x0f == 8 && (u16::from(method) << 8 | u16::from(flags)).is_multiple_of(31)
}

fn has_active(bytes: &[u8]) -> bool {
    names(bytes).any(|name| ACTIVE.contains(&name.as_slice()))
}

/// The names in a text, as they are meant: any letter may be written as `#4a`.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    /// No name that is looked for is longer, even if each letter is written as a number.
    const NAME_BYTES: usize = 48;

    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    starts.map(|(at, _)| {
        let rest = bytes.get(at + 1..bytes.len().min(at + 1 + NAME_BYTES)).unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(byte);
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        meant(rest.get(..end).unwrap_or_default())
    })
}

fn meant(name: &[u8]) -> Vec<u8> {
    let digit = |at: usize| name.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut letters = Vec::with_capacity(name.len());
    let mut at = 0;
    while let Some(byte) = name.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'#', Some(high), Some(low)) => {
                letters.push(u8::try_from(high * 16 + low).unwrap_or(0));
                at += 3;
            }
            _ => {
                letters.push(*byte);
                at += 1;
            }
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_meant() {
        let seen: Vec<Vec<u8>> = names(b"<</S/J#61vaScript/JS(x)/#4c#61unch 3/a#zb>>").collect();
        let wanted: [&[u8]; 5] = [b"S", b"JavaScript", b"JS", b"Launch", b"a#zb"];
        assert_eq!(seen, wanted);
        assert!(has_active(b"/S /Launch\n") && !has_active(b"/LaunchDate /Java Script"));
    }
}
