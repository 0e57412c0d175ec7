//! Addresses for mail of every odd kind, and what is to be said of each: the cases of isemail.

use super::shared;

/// An address for mail as a case has it.
pub struct MailCase {
    /// What the case says of it.
    pub category: String,
    /// The address.
    pub address: String,
}

impl MailCase {
    /// Whether mail goes there: nothing is wrong with it but maybe that nobody lives there, and its
    /// domain has a dot.
    pub fn is_right(&self) -> bool {
        matches!(self.category.as_str(), "ISEMAIL_VALID_CATEGORY" | "ISEMAIL_DNSWARN")
            && self.address.contains('.')
    }
}

/// The cases of isemail; none where they are absent.
pub fn mail_cases() -> Option<Vec<MailCase>> {
    let xml = std::fs::read_to_string(shared("awkward/emails/isemail-tests.xml")?).unwrap();
    let part = |test: &str, name: &str| -> String {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let Some((_, rest)) = test.split_once(&open) else { return String::new() };
        rest.split_once(&close).unwrap().0.to_owned()
    };
    let case = |test: &str| {
        let mut address = part(test, "address");
        // Pictures stand for what cannot be written in XML.
        for code in 0_u32..0x21 {
            let picture = char::from_u32(0x2400 + code).unwrap();
            let reference = format!("&#x{:04X};", 0x2400 + code);
            let meant = char::from_u32(code).unwrap().to_string();
            address = address.replace(&reference, &meant).replace(picture, &meant);
        }
        for (entity, meant) in
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#xA9;", "©"), ("&amp;", "&")]
        {
            address = address.replace(entity, meant);
        }
        MailCase { category: part(test, "category"), address }
    };
    Some(xml.split("<test id=").skip(1).map(case).collect())
}
