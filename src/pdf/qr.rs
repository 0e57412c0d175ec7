//! QR codes as SVG pictures.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around the code, as the standard asks.
const QUIET_MODULES: usize = 4;

/// A QR code of `content`, or `None` when it is too long to be one.
pub fn svg(content: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET_MODULES;
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET_MODULES, index / width + QUIET_MODULES);
            write!(path, "M{x} {y}h1v1h-1z").ok()?;
        }
    }
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="white" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_square_picture() {
        let picture = svg("https://pay.example.com/pay/9f8e7d").unwrap();
        assert!(picture.contains(r#"viewBox="0 0 37 37""#), "{picture}");
        assert!(picture.contains("M4 4h1v1h-1z"), "the corner mark starts after the quiet zone");
    }

    #[test]
    fn an_endless_link_has_no_code() {
        assert_eq!(svg(&"x".repeat(5_000)), None);
    }
}
