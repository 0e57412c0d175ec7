//! Texts and tables as text.

use crate::domain::file::FileRefusal;

/// Signs that stand in texts though nobody sees them: tabs, ends of lines and of pages.
fn is_plain(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}')
}

/// Bytes of Windows' western letters that stand for nothing.
const NOTHING: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// Takes UTF-8, UTF-16 with its mark, and western letters of one byte.
pub(super) fn inspect(bytes: &[u8]) -> Result<(), FileRefusal> {
    let is_text = match bytes {
        [0xff, 0xfe, rest @ ..] => is_wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => is_wide(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
            Ok(text) => text.chars().all(is_plain),
            Err(_) => bytes.iter().all(|byte| {
                !NOTHING.contains(byte) && (*byte >= 0x80 || is_plain(char::from(*byte)))
            }),
        },
    };
    if is_text { Ok(()) } else { Err(FileRefusal::NotWhatItSays) }
}

fn is_wide(bytes: &[u8], read: fn([u8; 2]) -> u16) -> bool {
    let (pairs, rest) = bytes.as_chunks::<2>();
    rest.is_empty()
        && char::decode_utf16(pairs.iter().map(|pair| read(*pair))).all(|c| c.is_ok_and(is_plain))
}
