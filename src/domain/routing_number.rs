//! The check on a United States bank's routing number (ABA).

/// Whether a nine-digit routing number passes the ABA check sum and lies in an assigned range.
/// All zeros pass the sum and are refused explicitly.
pub fn is_valid(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if text.len() != 9 || digits.len() != 9 || digits.iter().all(|d| *d == 0) {
        return false;
    }
    let sum: u32 = digits.iter().zip([3, 7, 1].into_iter().cycle()).map(|(d, w)| d * w).sum();
    let prefix = digits.iter().take(2).fold(0, |value, digit| value * 10 + digit);
    sum.is_multiple_of(10) && matches!(prefix, 0..=12 | 21..=32 | 61..=72 | 80)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn the_check_sum_decides() {
        for (text, expected) in [
            ("021000021", true),
            ("011000015", true),
            ("121000358", true),
            ("110000000", true),
            ("122105278", true),
            ("021000022", false),
            ("123456789", false),
            ("000000000", false),
            ("02100002", false),
            ("0210000211", false),
            ("02100002A", false),
        ] {
            assert_eq!(is_valid(text), expected, "{text}");
        }
    }
}
