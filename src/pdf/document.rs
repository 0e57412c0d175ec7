//! The parts every document is made of.

use serde::Serialize;

/// The sheet a document is laid out for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    #[serde(rename = "a4")]
    A4,
    /// 8.5 × 11 in.
    #[serde(rename = "us-letter")]
    Letter,
}

/// The business date written into the file's properties, so that the bytes do not depend on
/// the day the file was made. A date that does not exist is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentDate {
    /// Year, for example 2026.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

/// A picture of the business. Pictures that cannot be read are replaced by the seller's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logo {
    /// A PNG file, at most [`Logo::BYTES_MAX`] long.
    Png(Vec<u8>),
    /// An SVG file, at most [`Logo::BYTES_MAX`] long; references to other files are ignored.
    Svg(Vec<u8>),
}

impl Logo {
    /// Longer files are not drawn.
    pub const BYTES_MAX: usize = 1024 * 1024;

    /// The file itself.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Png(bytes) | Self::Svg(bytes) => bytes,
        }
    }
}

/// A company or person with an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Legal name, printed in bold.
    pub name: String,
    /// Address, one printed line each, already in the country's order.
    pub lines: Vec<String>,
    /// Tax registration with its label, for example `EIN 12-3456789`.
    pub tax_id: Option<String>,
}

/// A row of the totals: what, and how much.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelledAmount {
    /// What the amount is, for example `Tax 8.25%`.
    pub label: String,
    /// The amount, formatted, with its sign.
    pub amount: String,
}

/// A fact beside the addresses, for example `Purchase order` and `PO-7741`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LabelledText {
    /// What the text is.
    pub label: String,
    /// The text.
    pub text: String,
}

/// Where the payer can pay online.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PortalLink {
    /// Complete `https` address; becomes the QR code and a link.
    pub url: String,
    /// The address as printed, usually shorter than `url`.
    pub shown: String,
}
