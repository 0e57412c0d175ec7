//! Documents, good and bad, made where they are used: nothing of them lies in this repository.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder, write::ZlibEncoder};

/// What scanners are tested with, put together here so that this file is none of it.
pub fn test_virus() -> Vec<u8> {
    let parts = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS", "-TEST-FILE!$H+H*"];
    parts.concat().into_bytes()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A part of an archive.
pub struct Part {
    name: String,
    packed: Vec<u8>,
    claimed: u32,
    crc: u32,
    /// The part whose contents it shares instead of having its own.
    shares: Option<usize>,
}

/// A part with its contents, packed.
pub fn part(name: &str, bytes: &[u8]) -> Part {
    let claimed = u32::try_from(bytes.len()).unwrap();
    Part { name: name.to_owned(), packed: deflated(bytes), claimed, crc: sum(bytes), shares: None }
}

/// A part that says it unpacks to another size.
pub fn claiming(part: Part, claimed: u32) -> Part {
    Part { claimed, ..part }
}

/// A part that lies where another lies.
pub fn sharing(name: &str, with: usize, like: &Part) -> Part {
    let (claimed, crc) = (like.claimed, like.crc);
    Part { name: name.to_owned(), packed: Vec::new(), claimed, crc, shares: Some(with) }
}

/// An archive.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let facts = |part: &Part, packed: usize| {
        let mut facts = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x28];
        facts.extend_from_slice(&part.crc.to_le_bytes());
        facts.extend_from_slice(&long(packed));
        facts.extend_from_slice(&part.claimed.to_le_bytes());
        facts.extend_from_slice(&short(part.name.len()));
        facts.extend_from_slice(&[0, 0]);
        facts
    };
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    let mut places: Vec<(usize, usize)> = Vec::new();
    for part in parts {
        let place = match part.shares {
            Some(other) => places[other],
            None => {
                let at = body.len();
                body.extend_from_slice(b"PK\x03\x04");
                body.extend_from_slice(&facts(part, part.packed.len()));
                body.extend_from_slice(part.name.as_bytes());
                body.extend_from_slice(&part.packed);
                (at, part.packed.len())
            }
        };
        places.push(place);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&facts(part, place.1));
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&long(place.0));
        directory.extend_from_slice(part.name.as_bytes());
    }
    let at = body.len();
    body.extend_from_slice(&directory);
    body.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    body.extend_from_slice(&short(parts.len()));
    body.extend_from_slice(&short(parts.len()));
    body.extend_from_slice(&long(directory.len()));
    body.extend_from_slice(&long(at));
    body.extend_from_slice(&[0, 0]);
    body
}

const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

fn types(main: &str, content_type: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{main}\" ContentType=\"{content_type}\"/></Types>"
    )
}

fn office(main: &str, content_type: &str, text: &str, more: Vec<Part>) -> Vec<u8> {
    let mut parts = vec![
        part("[Content_Types].xml", types(main, content_type).as_bytes()),
        part("_rels/.rels", b"<Relationships/>"),
        part(main, text.as_bytes()),
    ];
    parts.extend(more);
    zip(&parts)
}

/// A text of Word, with further parts.
pub fn docx(more: Vec<Part>) -> Vec<u8> {
    office("word/document.xml", WORD, "<w:document>Contract</w:document>", more)
}

/// A text of Word whose main part is this.
pub fn docx_saying(text: &str) -> Vec<u8> {
    office("word/document.xml", WORD, text, Vec::new())
}

/// A text of Word that says it has macros.
pub fn docx_of_macros() -> Vec<u8> {
    let content_type = "application/vnd.ms-word.document.macroEnabled.main+xml";
    office("word/document.xml", content_type, "<w:document/>", Vec::new())
}

/// A workbook of Excel, with further parts.
pub fn xlsx(more: Vec<Part>) -> Vec<u8> {
    office("xl/workbook.xml", EXCEL, "<workbook/>", more)
}

/// A PDF with an object.
pub fn pdf(object: &str) -> Vec<u8> {
    pdf_of(object.as_bytes())
}

fn pdf_of(object: &[u8]) -> Vec<u8> {
    let head: &[u8] =
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
        2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n";
    let tail: &[u8] = b"\ntrailer\n<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n";
    [head, object, tail].concat()
}

/// A PDF with a packed part that is said to be this.
pub fn pdf_packing(head: &str, bytes: &[u8]) -> Vec<u8> {
    let packed = zlib(bytes);
    let head = format!("3 0 obj\n<<{head}/Length {}>>\nstream\n", packed.len());
    pdf_of(&[head.as_bytes(), packed.as_slice(), b"\nendstream\nendobj"].concat())
}

/// A picture without loss that says it has so many points.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |name: &[u8], bytes: &[u8]| {
        let named = [name, bytes].concat();
        let len = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [len.as_slice(), &named, &sum(&named).to_be_bytes()].concat()
    };
    let size = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &size),
        chunk(b"IDAT", &zlib(&[0, 0])),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

/// A photograph that says it has so many points, with a remark.
pub fn jpeg(width: u16, height: u16, remark: &[u8]) -> Vec<u8> {
    let segment = |mark: u8, bytes: &[u8]| {
        let len = u16::try_from(bytes.len() + 2).unwrap().to_be_bytes();
        [[0xff, mark].as_slice(), &len, bytes].concat()
    };
    let [w, h] = [width, height].map(u16::to_be_bytes);
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
        segment(0xfe, remark),
        segment(0xc0, &[8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0x34, 0xff, 0x00, 0x56, 0xff, 0xd9],
    ]
    .concat()
}

/// Text in two bytes a letter, with its mark.
pub fn wide(text: &str) -> Vec<u8> {
    let letters = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(letters).collect()
}
