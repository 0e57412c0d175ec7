//! Weighs a zip archive before anybody unpacks it.

use std::io::{Read, SeekFrom};

use quick_xml::events::Event;

use super::{
    encoding::{Input, read_full},
    error::{FileError, ForeignFormat},
    inflate::{InflateError, unpacked_len},
    limits,
};

const END_BYTES: u64 = 22;
const COMMENT_BYTES_MAX: u64 = 65_535;
const DIRECTORY_BYTES_MAX: u64 = 16 * 1024 * 1024;
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// What 32-bit fields hold when the real value is in the 64-bit extension.
const ELSEWHERE: u64 = 0xFFFF_FFFF;

/// A part of an archive, as its directory says.
pub struct Entry {
    /// Its name, as it is written.
    pub name: Vec<u8>,
    flags: u16,
    method: u16,
    packed: u64,
    unpacked: u64,
    local_offset: u64,
}

struct Directory {
    entries: u64,
    bytes: u64,
    offset: u64,
}

/// Checks number, size and packing of an archive's entries, first as its directory claims and
/// then by counting, and that it is a workbook.
///
/// # Errors
/// `TooManyEntries`, `UnpacksTooLarge`, `UnpacksTooTightly`, `PasswordProtected`, `Unsupported`,
/// `BrokenSpreadsheet`, `Io`.
pub(super) fn check(input: &mut dyn Input) -> Result<(), FileError> {
    let entries = read_entries(input)?;
    check_content(&entries)?;
    let sizes = weigh_entries(input, &entries, limits::UNPACKED_BYTES_MAX)?;
    for (entry, unpacked) in entries.iter().zip(sizes) {
        if entry.name.to_ascii_lowercase().ends_with(b"sharedstrings.xml") {
            check_string_count(input, entry, unpacked)?;
        }
    }
    Ok(())
}

/// The parts of an archive, as its directory says.
///
/// # Errors
/// `TooManyEntries`, `BrokenSpreadsheet`, `Io`.
pub fn read_entries(input: &mut dyn Input) -> Result<Vec<Entry>, FileError> {
    let directory = find_directory(input)?;
    if directory.entries > limits::ARCHIVE_ENTRIES_MAX {
        let (entries, max) = (directory.entries, limits::ARCHIVE_ENTRIES_MAX);
        return Err(FileError::TooManyEntries { entries, max });
    }
    read_directory(input, &directory)
}

/// What each part unpacks to, first as the directory claims and then by counting; together no more
/// than `max` bytes.
///
/// # Errors
/// `UnpacksTooLarge`, `UnpacksTooTightly`, `BrokenSpreadsheet`, `Io`.
pub fn weigh_entries(
    input: &mut dyn Input,
    entries: &[Entry],
    max: u64,
) -> Result<Vec<u64>, FileError> {
    let length = input.seek(SeekFrom::End(0))?;
    let packed = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.packed));
    if packed > length {
        // Parts that lie over each other would be read again and again.
        return Err(FileError::BrokenSpreadsheet);
    }
    let mut claimed = 0_u64;
    for entry in entries {
        claimed = claimed.saturating_add(entry.unpacked);
        check_ratio(entry.packed, entry.unpacked)?;
    }
    check_total(claimed, max)?;
    let mut counted = 0_u64;
    let mut sizes = Vec::with_capacity(entries.len());
    for entry in entries {
        let unpacked = weigh(input, entry, max - counted, max)?;
        check_ratio(entry.packed, unpacked)?;
        counted += unpacked;
        sizes.push(unpacked);
    }
    Ok(sizes)
}

/// What a part unpacks to, to be read piece by piece.
///
/// # Errors
/// `BrokenSpreadsheet` also for a packing that is not known, `Io`.
pub fn content<'a>(
    input: &'a mut dyn Input,
    entry: &Entry,
) -> Result<Box<dyn Read + 'a>, FileError> {
    seek_content(input, entry)?;
    let packed = input.take(entry.packed);
    Ok(match entry.method {
        0 => Box::new(packed),
        8 => Box::new(flate2::read::DeflateDecoder::new(packed)),
        _ => return Err(FileError::BrokenSpreadsheet),
    })
}

impl Entry {
    /// Whether it takes a password.
    pub const fn is_locked(&self) -> bool {
        self.flags & 1 == 1
    }
}

/// Checks that a table of strings does not claim more of them than it has room for. The library
/// makes room for as many as it claims (calamine 0.36 to 0.38), and a process that is refused so
/// much memory ends.
fn check_string_count(
    input: &mut dyn Input,
    entry: &Entry,
    unpacked: u64,
) -> Result<(), FileError> {
    /// The smallest entry: `<si/>`.
    const ENTRY_BYTES_MIN: u64 = 5;

    let content = content(input, entry)?;
    let mut xml = quick_xml::Reader::from_reader(std::io::BufReader::new(content));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|_| FileError::BrokenSpreadsheet)?;
        let (Event::Start(tag) | Event::Empty(tag)) = event else {
            if matches!(event, Event::Eof) {
                return Ok(());
            }
            continue;
        };
        if tag.local_name().as_ref() != b"sst" {
            continue;
        }
        for attribute in tag.attributes().with_checks(false).flatten() {
            if attribute.key.local_name().as_ref() != b"uniqueCount" {
                continue;
            }
            let count =
                std::str::from_utf8(&attribute.value).ok().and_then(|text| text.parse().ok());
            let count: u64 = count.ok_or(FileError::BrokenSpreadsheet)?;
            if count > unpacked / ENTRY_BYTES_MIN {
                return Err(FileError::BrokenSpreadsheet);
            }
        }
        return Ok(());
    }
}

fn check_total(bytes: u64, max: u64) -> Result<(), FileError> {
    if bytes > max { Err(FileError::UnpacksTooLarge { bytes, max }) } else { Ok(()) }
}

fn check_ratio(packed: u64, unpacked: u64) -> Result<(), FileError> {
    let (ratio, max) = (unpacked / packed.max(1), limits::UNPACK_RATIO_MAX);
    if unpacked > limits::UNPACK_RATIO_FREE_BYTES && ratio > max {
        return Err(FileError::UnpacksTooTightly { ratio, max });
    }
    Ok(())
}

/// Tells a workbook from other things that are zip archives too.
fn check_content(entries: &[Entry]) -> Result<(), FileError> {
    let has = |name: &[u8]| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
    let unsupported = |format| Err(FileError::Unsupported { format });
    if entries.iter().any(Entry::is_locked) {
        return Err(FileError::PasswordProtected);
    }
    if has(b"xl/workbook.bin") {
        unsupported(ForeignFormat::Xlsb)
    } else if has(b"mimetype") && has(b"content.xml") {
        unsupported(ForeignFormat::Ods)
    } else if has(b"[Content_Types].xml") && has(b"xl/workbook.xml") {
        Ok(())
    } else {
        unsupported(ForeignFormat::Zip)
    }
}

/// Goes to where an entry's content begins.
fn seek_content(input: &mut dyn Input, entry: &Entry) -> Result<(), FileError> {
    let local = read_at(input, entry.local_offset, LOCAL_BYTES)?;
    if !local.starts_with(b"PK\x03\x04") {
        return Err(FileError::BrokenSpreadsheet);
    }
    let names = number(&local, 26, 2)? + number(&local, 28, 2)?;
    input.seek(SeekFrom::Start(entry.local_offset.saturating_add(30 + names)))?;
    Ok(())
}

/// Bytes that an entry really unpacks to: no more than `room`, of `max` for all of them.
fn weigh(input: &mut dyn Input, entry: &Entry, room: u64, max: u64) -> Result<u64, FileError> {
    seek_content(input, entry)?;
    let too_large = || FileError::UnpacksTooLarge { bytes: max + 1, max };
    match entry.method {
        0 if entry.packed > room => Err(too_large()),
        0 => Ok(entry.packed),
        8 => match unpacked_len(input.take(entry.packed), room) {
            Ok(bytes) => Ok(bytes),
            Err(InflateError::TooLarge) => Err(too_large()),
            Err(InflateError::Broken) => Err(FileError::BrokenSpreadsheet),
        },
        _ => Err(FileError::BrokenSpreadsheet),
    }
}

fn read_directory(input: &mut dyn Input, directory: &Directory) -> Result<Vec<Entry>, FileError> {
    let broken = FileError::BrokenSpreadsheet;
    if directory.bytes > DIRECTORY_BYTES_MAX {
        return Err(broken);
    }
    let bytes = usize::try_from(directory.bytes).map_err(|_| broken.clone())?;
    let bytes = read_at(input, directory.offset, bytes)?;
    let mut rest = bytes.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        if !rest.starts_with(b"PK\x01\x02") {
            return Err(broken);
        }
        let length = |at| number(rest, at, 2).map(|value| usize::try_from(value).unwrap_or(0));
        let (name_len, extra_len, comment_len) = (length(28)?, length(30)?, length(32)?);
        let extra_at = ENTRY_BYTES + name_len;
        let extra = rest.get(extra_at..extra_at + extra_len).ok_or(broken.clone())?;
        let mut entry = Entry {
            name: rest.get(ENTRY_BYTES..extra_at).ok_or(broken.clone())?.to_vec(),
            flags: u16::try_from(number(rest, 8, 2)?).unwrap_or(0),
            method: u16::try_from(number(rest, 10, 2)?).unwrap_or(0),
            packed: number(rest, 20, 4)?,
            unpacked: number(rest, 24, 4)?,
            local_offset: number(rest, 42, 4)?,
        };
        read_wide_sizes(&mut entry, extra)?;
        entries.push(entry);
        rest = rest.get(extra_at + extra_len + comment_len..).ok_or(broken.clone())?;
    }
    let found = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    if found == directory.entries { Ok(entries) } else { Err(broken) }
}

/// Replaces what does not fit 32 bits by the values of the 64-bit extension.
fn read_wide_sizes(entry: &mut Entry, extra: &[u8]) -> Result<(), FileError> {
    let mut rest = extra;
    while rest.len() >= 4 {
        let (id, len) = (number(rest, 0, 2)?, number(rest, 2, 2)?);
        let end = 4 + usize::try_from(len).unwrap_or(usize::MAX - 4);
        let body = rest.get(4..end).ok_or(FileError::BrokenSpreadsheet)?;
        if id == 1 {
            let mut at = 0;
            for value in [&mut entry.unpacked, &mut entry.packed, &mut entry.local_offset] {
                if *value == ELSEWHERE {
                    *value = number(body, at, 8)?;
                    at += 8;
                }
            }
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(())
}

fn find_directory(input: &mut dyn Input) -> Result<Directory, FileError> {
    let broken = FileError::BrokenSpreadsheet;
    let size = input.seek(SeekFrom::End(0))?;
    let start = size.saturating_sub(END_BYTES + COMMENT_BYTES_MAX);
    let tail_len = usize::try_from(size - start).map_err(|_| broken.clone())?;
    let tail = read_at(input, start, tail_len)?;
    // The end record whose comment reaches exactly to the end of the file.
    let at = (0..tail.len().saturating_sub(21)).rev().find(|at| {
        let record = tail.get(*at..).unwrap_or_default();
        record.starts_with(b"PK\x05\x06")
            && number(record, 20, 2).is_ok_and(|comment| {
                u64::try_from(record.len()).is_ok_and(|len| len == END_BYTES + comment)
            })
    });
    let at = at.ok_or(broken.clone())?;
    let record = tail.get(at..).unwrap_or_default();
    let directory = Directory {
        entries: number(record, 10, 2)?,
        bytes: number(record, 12, 4)?,
        offset: number(record, 16, 4)?,
    };
    let in_several_parts = number(record, 4, 4)? != 0 || number(record, 8, 2)? != directory.entries;
    if in_several_parts {
        return Err(broken);
    }
    let needs_wide = directory.entries == 0xFFFF
        || directory.bytes == ELSEWHERE
        || directory.offset == ELSEWHERE;
    if !needs_wide {
        return Ok(directory);
    }
    let locator = at.checked_sub(20).and_then(|from| tail.get(from..at)).ok_or(broken.clone())?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Err(broken);
    }
    let wide = read_at(input, number(locator, 8, 8)?, 56)?;
    if !wide.starts_with(b"PK\x06\x06") {
        return Err(broken);
    }
    Ok(Directory {
        entries: number(&wide, 32, 8)?,
        bytes: number(&wide, 40, 8)?,
        offset: number(&wide, 48, 8)?,
    })
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8], at: usize, len: usize) -> Result<u64, FileError> {
    let bytes = bytes.get(at..at + len).ok_or(FileError::BrokenSpreadsheet)?;
    Ok(bytes.iter().rev().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
}

fn read_at(input: &mut dyn Input, offset: u64, len: usize) -> Result<Vec<u8>, FileError> {
    input.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; len];
    if read_full(input, &mut bytes)? < len {
        return Err(FileError::BrokenSpreadsheet);
    }
    Ok(bytes)
}
