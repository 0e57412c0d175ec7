//! Tells the encoding of a text and decodes it piece by piece.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::FileError;

/// Anything that can be read and gone back in.
pub trait Input: Read + Seek {}

impl<T: Read + Seek + ?Sized> Input for T {}

const PIECE_BYTES: usize = 64 * 1024;

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self::Io { kind: error.kind().to_string() }
    }
}

/// Fills the buffer as far as the input lasts.
pub(super) fn read_full(input: &mut dyn Input, buffer: &mut [u8]) -> Result<usize, FileError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

/// An encoding and how many bytes of mark come before the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detected {
    pub(super) encoding: &'static Encoding,
    mark_bytes: u64,
}

/// Goes through the whole input once to tell its encoding.
///
/// # Errors
/// `Empty`, `Binary`, `BrokenEncoding`, `TruncatedText`, `Io`.
pub(super) fn detect(input: &mut dyn Input) -> Result<Detected, FileError> {
    input.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0_u8; PIECE_BYTES];
    let mut filled = read_full(input, &mut buffer)?;
    let first = buffer.get(..filled).unwrap_or_default();
    if let Some((encoding, mark)) = Encoding::for_bom(first)
        && encoding != UTF_8
    {
        let mark_bytes = u64::try_from(mark).unwrap_or(0);
        return Ok(Detected { encoding, mark_bytes });
    }
    if let Some(encoding) = unmarked_utf16(first) {
        return Ok(Detected { encoding, mark_bytes: 0 });
    }
    if looks_binary(first) {
        return Err(FileError::Binary);
    }
    let mark_bytes = if first.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };

    let mut scan = Scan::default();
    loop {
        let piece = buffer.get(..filled).unwrap_or_default();
        if piece.contains(&0) {
            return Err(FileError::Binary);
        }
        let left = scan.take(piece);
        let last = filled < PIECE_BYTES;
        if last {
            scan.truncated = left > 0;
            break;
        }
        // The beginning of a character cut by the end of the piece goes before the next one.
        buffer.copy_within(filled - left..filled, 0);
        let Some(rest) = buffer.get_mut(left..) else { break };
        filled = left + read_full(input, rest)?;
    }
    let encoding = scan.verdict()?;
    Ok(Detected { encoding, mark_bytes: if encoding == UTF_8 { mark_bytes } else { 0 } })
}

#[derive(Default)]
struct Scan {
    has_ink: bool,
    lines: u64,
    wide: u64,
    broken: u64,
    broken_line: u64,
    truncated: bool,
}

impl Scan {
    /// Counts characters of a piece; gives the number of bytes at its end that begin a character.
    fn take(&mut self, piece: &[u8]) -> usize {
        let mut rest = piece;
        loop {
            let (good, error) = match std::str::from_utf8(rest) {
                Ok(_) => (rest, None),
                Err(error) => {
                    let (good, _) =
                        rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                    (good, Some(error))
                }
            };
            self.has_ink |= good.iter().any(|byte| !byte.is_ascii_whitespace());
            self.lines += count(good, |byte| byte == b'\n');
            self.wide += count(good, |byte| byte >= 0xC0);
            let Some(error) = error else { return 0 };
            let Some(bad) = error.error_len() else {
                self.has_ink = true;
                return rest.len() - error.valid_up_to();
            };
            self.has_ink = true;
            self.broken += 1;
            if self.broken == 1 {
                self.broken_line = self.lines + 1;
            }
            rest = rest.get(error.valid_up_to() + bad..).unwrap_or_default();
        }
    }

    /// Windows-1252 text hardly ever happens to be UTF-8 for even one character, so that more
    /// good wide characters than bad ones mean UTF-8 with damage.
    fn verdict(&self) -> Result<&'static Encoding, FileError> {
        if !self.has_ink {
            Err(FileError::Empty)
        } else if self.broken == 0 && !self.truncated {
            Ok(UTF_8)
        } else if self.broken == 0 && self.wide > 0 {
            Err(FileError::TruncatedText)
        } else if self.wide > self.broken {
            Err(FileError::BrokenEncoding { line: self.broken_line })
        } else {
            Ok(WINDOWS_1252)
        }
    }
}

fn count(bytes: &[u8], test: impl Fn(u8) -> bool) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| test(**byte)).count()).unwrap_or(u64::MAX)
}

/// UTF-16 without a mark: in mostly Latin text every other byte is zero.
fn unmarked_utf16(first: &[u8]) -> Option<&'static Encoding> {
    let head = first.get(..first.len().min(256) & !1).filter(|head| head.len() >= 8)?;
    let pairs = || head.chunks_exact(2);
    if pairs().all(|pair| matches!(pair, [low, 0] if *low != 0)) {
        Some(UTF_16LE)
    } else if pairs().all(|pair| matches!(pair, [0, low] if *low != 0)) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Texts hold next to no control characters.
fn looks_binary(first: &[u8]) -> bool {
    let controls = count(first, |byte| {
        byte == 0x7F || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C))
    });
    let total = u64::try_from(first.len()).unwrap_or(u64::MAX);
    first.contains(&0) || (controls > 16 && controls.saturating_mul(20) > total)
}

/// Decodes an input piece by piece.
pub(super) struct TextReader<'a> {
    input: &'a mut dyn Input,
    decoder: Decoder,
    buffer: Vec<u8>,
    bytes: u64,
    done: bool,
}

impl<'a> TextReader<'a> {
    /// Starts at the beginning of the text.
    pub(super) fn new(input: &'a mut dyn Input, detected: Detected) -> Result<Self, FileError> {
        input.seek(SeekFrom::Start(detected.mark_bytes))?;
        Ok(Self {
            input,
            decoder: detected.encoding.new_decoder_without_bom_handling(),
            buffer: vec![0; PIECE_BYTES],
            bytes: detected.mark_bytes,
            done: false,
        })
    }

    /// Bytes of the file used so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether everything was given out.
    pub(super) const fn is_done(&self) -> bool {
        self.done
    }

    /// Replaces `text` by the next piece; false at the end.
    pub(super) fn fill(&mut self, text: &mut String) -> Result<bool, FileError> {
        text.clear();
        while text.is_empty() && !self.done {
            let filled = read_full(self.input, &mut self.buffer)?;
            self.bytes += u64::try_from(filled).unwrap_or(0);
            self.done = filled < self.buffer.len();
            let mut piece = self.buffer.get(..filled).unwrap_or_default();
            let needed =
                self.decoder.max_utf8_buffer_length(piece.len()).unwrap_or(4 * PIECE_BYTES);
            text.reserve(needed);
            loop {
                let (result, used, _) = self.decoder.decode_to_string(piece, text, self.done);
                piece = piece.get(used..).unwrap_or_default();
                match result {
                    CoderResult::InputEmpty => break,
                    CoderResult::OutputFull => text.reserve(PIECE_BYTES),
                }
            }
        }
        Ok(!text.is_empty())
    }
}
