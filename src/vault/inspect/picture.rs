//! Pictures: gone through part by part to their end, without unpacking a single point.

use super::{has_page, is_archive_too};
use crate::domain::file::FileRefusal;

/// Most points of a side.
const SIDE_MAX: u32 = 20_000;
/// Most points of a picture: 100 million.
const POINTS_MAX: u64 = 100_000_000;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn number(bytes: &[u8], at: usize, len: usize) -> Result<u32, FileRefusal> {
    let part = bytes.get(at..at + len).ok_or(FileRefusal::Broken)?;
    Ok(part.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte)))
}

fn check_size(width: u32, height: u32) -> Result<(), FileRefusal> {
    if width == 0 || height == 0 {
        return Err(FileRefusal::Broken);
    }
    let points = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || points > POINTS_MAX {
        return Err(FileRefusal::TooManyPoints);
    }
    Ok(())
}

fn check_alone(bytes: &[u8]) -> Result<(), FileRefusal> {
    if has_page(bytes) || is_archive_too(bytes) { Err(FileRefusal::TwoKinds) } else { Ok(()) }
}

/// A PNG: its parts, from the head to the end, and nothing behind it.
pub(super) fn inspect_png(bytes: &[u8]) -> Result<(), FileRefusal> {
    if !bytes.starts_with(PNG) {
        return Err(FileRefusal::NotWhatItSays);
    }
    check_alone(bytes)?;
    let mut at = PNG.len();
    let mut has_points = false;
    loop {
        let len = usize::try_from(number(bytes, at, 4)?).map_err(|_| FileRefusal::Broken)?;
        let name = bytes.get(at + 4..at + 8).ok_or(FileRefusal::Broken)?;
        let is_first = at == PNG.len();
        if is_first != (name == b"IHDR") || !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(FileRefusal::Broken);
        }
        if is_first {
            check_size(number(bytes, at + 8, 4)?, number(bytes, at + 12, 4)?)?;
        }
        has_points |= name == b"IDAT";
        // Length, name and sum stand around the part.
        let end = at.checked_add(len).and_then(|end| end.checked_add(12));
        at = end.filter(|end| *end <= bytes.len()).ok_or(FileRefusal::Broken)?;
        if name == b"IEND" {
            return match (has_points, at == bytes.len()) {
                (false, _) => Err(FileRefusal::Broken),
                (true, false) => Err(FileRefusal::TwoKinds),
                (true, true) => Ok(()),
            };
        }
    }
}

/// A JPEG: its parts up to the points, and an end somewhere behind them. Cameras put small pictures
/// behind the end.
pub(super) fn inspect_jpeg(bytes: &[u8]) -> Result<(), FileRefusal> {
    if !bytes.starts_with(b"\xff\xd8\xff") {
        return Err(FileRefusal::NotWhatItSays);
    }
    check_alone(bytes)?;
    let mut at = 2;
    let mut has_size = false;
    loop {
        if bytes.get(at) != Some(&0xff) {
            return Err(FileRefusal::Broken);
        }
        // Any number of fill bytes may stand before a mark.
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let mark = *bytes.get(at).ok_or(FileRefusal::Broken)?;
        let len = usize::try_from(number(bytes, at + 1, 2)?).map_err(|_| FileRefusal::Broken)?;
        if len < 2 || at + 1 + len > bytes.len() {
            return Err(FileRefusal::Broken);
        }
        match mark {
            // The heads of all ways to pack, but for three marks among them that are none.
            0xc0..=0xcf if !matches!(mark, 0xc4 | 0xc8 | 0xcc) => {
                check_size(number(bytes, at + 6, 2)?, number(bytes, at + 4, 2)?)?;
                has_size = true;
            }
            0xda => {
                let rest = bytes.get(at + 1 + len..).unwrap_or_default();
                let has_end = rest.windows(2).any(|pair| pair == b"\xff\xd9");
                return if has_size && has_end { Ok(()) } else { Err(FileRefusal::Broken) };
            }
            0xd8 | 0xd9 | 0x00 => return Err(FileRefusal::Broken),
            _ => {}
        }
        at += 1 + len;
    }
}
