//! Counts what a deflate stream (RFC 1951) unpacks to, without unpacking it.
//!
//! An archive's directory says how large its entries are, and can lie. Counting needs only the
//! codes, not the text they stand for, so it takes a few kilobytes of memory whatever the stream
//! holds.

use std::io::{BufRead, BufReader, Read};

/// Why a stream could not be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InflateError {
    /// It is no deflate stream, or ends too early.
    Broken,
    /// It unpacks to more than allowed.
    TooLarge,
}

const CODE_BITS_MAX: usize = 15;

/// Extra bits and base of the lengths that symbols 257 to 285 stand for.
const LENGTHS: [(u8, u16); 29] = [
    (0, 3),
    (0, 4),
    (0, 5),
    (0, 6),
    (0, 7),
    (0, 8),
    (0, 9),
    (0, 10),
    (1, 11),
    (1, 13),
    (1, 15),
    (1, 17),
    (2, 19),
    (2, 23),
    (2, 27),
    (2, 31),
    (3, 35),
    (3, 43),
    (3, 51),
    (3, 59),
    (4, 67),
    (4, 83),
    (4, 99),
    (4, 115),
    (5, 131),
    (5, 163),
    (5, 195),
    (5, 227),
    (0, 258),
];

/// In which order the lengths of the code-length code are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bytes that a stream unpacks to.
///
/// # Errors
/// `Broken`, or `TooLarge` as soon as there are more than `max`.
pub(super) fn unpacked_len(stream: impl Read, max: u64) -> Result<u64, InflateError> {
    let mut bits = Bits { input: BufReader::new(stream), held: 0, count: 0 };
    let mut total = 0_u64;
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => total += bits.skip_stored()?,
            1 => {
                let (lengths, distances) = fixed_codes()?;
                count_block(&mut bits, &lengths, &distances, &mut total, max)?;
            }
            2 => {
                let (lengths, distances) = dynamic_codes(&mut bits)?;
                count_block(&mut bits, &lengths, &distances, &mut total, max)?;
            }
            _ => return Err(InflateError::Broken),
        }
        if total > max {
            return Err(InflateError::TooLarge);
        }
        if last {
            return Ok(total);
        }
    }
}

fn count_block<R: Read>(
    bits: &mut Bits<R>,
    lengths: &Code,
    distances: &Code,
    total: &mut u64,
    max: u64,
) -> Result<(), InflateError> {
    while *total <= max {
        match lengths.read(bits)? {
            0..=255 => *total += 1,
            256 => return Ok(()),
            symbol => {
                let place = usize::from(symbol).checked_sub(257).ok_or(InflateError::Broken)?;
                let (extra, base) = LENGTHS.get(place).copied().ok_or(InflateError::Broken)?;
                *total += u64::from(base) + u64::from(bits.take(extra)?);
                let distance = distances.read(bits)?;
                if distance > 29 {
                    return Err(InflateError::Broken);
                }
                let extra = u8::try_from((distance / 2).saturating_sub(1)).unwrap_or(0);
                bits.take(extra)?;
            }
        }
    }
    Err(InflateError::TooLarge)
}

/// A stream of bits, the lowest of each byte first.
struct Bits<R> {
    input: BufReader<R>,
    held: u32,
    count: u8,
}

impl<R: Read> Bits<R> {
    fn byte(&mut self) -> Result<u8, InflateError> {
        let first = self.input.fill_buf().map_err(|_| InflateError::Broken)?.first().copied();
        self.input.consume(1);
        first.ok_or(InflateError::Broken)
    }

    /// The next bits, at most 16.
    fn take(&mut self, wanted: u8) -> Result<u32, InflateError> {
        while self.count < wanted {
            let byte = self.byte()?;
            self.held |= u32::from(byte) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1 << wanted) - 1);
        self.held >>= wanted;
        self.count -= wanted;
        Ok(value)
    }

    fn skip_stored(&mut self) -> Result<u64, InflateError> {
        // A stored block begins at a whole byte; whole bytes are never held back by `take`.
        self.held = 0;
        self.count = 0;
        let len = u16::from_le_bytes([self.byte()?, self.byte()?]);
        let check = u16::from_le_bytes([self.byte()?, self.byte()?]);
        if len != !check {
            return Err(InflateError::Broken);
        }
        for _ in 0..len {
            self.byte()?;
        }
        Ok(u64::from(len))
    }
}

/// A prefix code in its canonical form: how many codes there are of each length, and their
/// symbols in order.
struct Code {
    counts: [u16; CODE_BITS_MAX + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Result<Self, InflateError> {
        let mut counts = [0_u16; CODE_BITS_MAX + 1];
        for length in lengths {
            if let Some(count) = counts.get_mut(usize::from(*length)) {
                *count += 1;
            }
        }
        if let Some(unused) = counts.first_mut() {
            *unused = 0;
        }
        let mut left = 1_i32;
        for count in counts.iter().skip(1) {
            left = (left << 1) - i32::from(*count);
            if left < 0 {
                return Err(InflateError::Broken);
            }
        }
        let mut order: Vec<(u8, u16)> = Vec::with_capacity(lengths.len());
        for (symbol, length) in (0_u16..).zip(lengths) {
            if *length > 0 {
                order.push((*length, symbol));
            }
        }
        order.sort_unstable();
        Ok(Self { counts, symbols: order.into_iter().map(|(_, symbol)| symbol).collect() })
    }

    fn read<R: Read>(&self, bits: &mut Bits<R>) -> Result<u16, InflateError> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in self.counts.iter().skip(1) {
            let count = u32::from(*count);
            code |= bits.take(1)?;
            if code < first + count {
                let place = usize::try_from(index + (code - first)).unwrap_or(usize::MAX);
                return self.symbols.get(place).copied().ok_or(InflateError::Broken);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(InflateError::Broken)
    }
}

fn fixed_codes() -> Result<(Code, Code), InflateError> {
    let mut lengths = [8_u8; 288];
    for (symbol, length) in lengths.iter_mut().enumerate() {
        *length = match symbol {
            144..=255 => 9,
            256..=279 => 7,
            _ => 8,
        };
    }
    Ok((Code::new(&lengths)?, Code::new(&[5; 30])?))
}

fn dynamic_codes<R: Read>(bits: &mut Bits<R>) -> Result<(Code, Code), InflateError> {
    let literal_count = bits.take(5)? as usize + 257;
    let distance_count = bits.take(5)? as usize + 1;
    let order_count = bits.take(4)? as usize + 4;
    if literal_count > 286 || distance_count > 30 {
        return Err(InflateError::Broken);
    }
    let mut lengths = [0_u8; 19];
    for place in ORDER.iter().take(order_count) {
        let length = u8::try_from(bits.take(3)?).unwrap_or(0);
        if let Some(slot) = lengths.get_mut(*place) {
            *slot = length;
        }
    }
    let code = Code::new(&lengths)?;
    let mut all: Vec<u8> = Vec::with_capacity(320);
    while all.len() < literal_count + distance_count {
        let (value, times) = match code.read(bits)? {
            16 => {
                let previous = all.last().copied().ok_or(InflateError::Broken)?;
                (previous, 3 + bits.take(2)?)
            }
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            symbol => (u8::try_from(symbol).unwrap_or(0), 1),
        };
        all.extend((0..times).map(|_| value));
    }
    if all.len() > literal_count + distance_count {
        return Err(InflateError::Broken);
    }
    let (literals, distances) = all.split_at(literal_count);
    Ok((Code::new(literals)?, Code::new(distances)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_counted() {
        // Made with `zlib`: a stored block, a fixed block, and a dynamic one of 1000 letters.
        let stored = [1, 5, 0, 0xFA, 0xFF, b'h', b'e', b'l', b'l', b'o'];
        assert_eq!(unpacked_len(&stored[..], 100), Ok(5));
        assert_eq!(unpacked_len(&stored[..], 4), Err(InflateError::TooLarge));
        // "hello hello hello hello\n"
        let fixed = [0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0x00];
        assert_eq!(unpacked_len(&fixed[..], 100), Ok(24));
        assert_eq!(unpacked_len(&fixed[..4], 100), Err(InflateError::Broken));
        assert_eq!(unpacked_len(&[7][..], 100), Err(InflateError::Broken));
        assert_eq!(unpacked_len(&[][..], 100), Err(InflateError::Broken));
    }
}
