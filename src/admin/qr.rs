//! A text as a picture of squares that a phone's camera reads (QR code, ISO/IEC 18004), as the path of an SVG.

use qrcodegen::{QrCode, QrCodeEcc};

/// The quiet border that readers want.
const BORDER: i32 = 4;

/// Side and path; `None` where the text is too long for a picture.
pub(super) fn picture(text: &str) -> Option<(usize, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + BORDER, y + BORDER));
        }
    }
    Some((usize::try_from(size + 2 * BORDER).ok()?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_picture_with_its_three_corners() {
        let (side, path) = picture("otpauth://totp/Lifeguard:kim?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert!(side >= 29 + 8, "{side}");
        for corner in [(4, 4), (side - 11, 4), (4, side - 11)] {
            assert!(path.contains(&format!("M{} {}h1", corner.0, corner.1)), "{corner:?}");
        }
        assert_eq!(picture(&"x".repeat(5000)), None);
    }
}
