//! Words that files use for the same few things, in several tongues.

use super::document::DocumentKind;

/// A text reduced to what matters for comparing words: small letters without accents, and digits.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' => plain.push('a'),
            'æ' => plain.push_str("ae"),
            'ç' | 'č' | 'ć' => plain.push('c'),
            'ď' | 'đ' => plain.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ě' | 'ę' => plain.push('e'),
            'ğ' => plain.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' => plain.push('i'),
            'ł' => plain.push('l'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => plain.push('o'),
            'œ' => plain.push_str("oe"),
            'ř' => plain.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => plain.push('s'),
            'ß' => plain.push_str("ss"),
            'ť' | 'ț' => plain.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ź' | 'ž' | 'ż' => plain.push('z'),
            'º' | 'ª' => {}
            other if other.is_alphanumeric() => plain.push(other),
            _ => {}
        }
    }
    plain
}

/// Yes or no.
pub(super) fn flag(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "yes" | "y" | "true" | "t" | "1" | "on" | "x" | "ja" | "j" | "wahr" | "oui" | "o"
        | "vrai" | "si" | "s" | "verdadero" | "vero" | "sim" | "verdadeiro" | "waar" | "tak"
        | "ano" | "disputed" => Some(true),
        "no" | "n" | "false" | "f" | "0" | "off" | "nein" | "falsch" | "non" | "faux" | "falso"
        | "nao" | "nee" | "onwaar" | "nie" | "ne" | "nej" | "none" => Some(false),
        _ => None,
    }
}

/// Whether a word means a project, and not a customer.
pub(super) fn is_project(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "project" | "job" | "projekt" | "projet" | "proyecto" | "progetto" | "projeto" => {
            Some(true)
        }
        "customer" | "client" | "kunde" | "cliente" | "klant" => Some(false),
        _ => flag(text),
    }
}

/// What kind of document a word means.
pub(super) fn document_kind(text: &str) -> Option<DocumentKind> {
    match plain(text).as_str() {
        "invoice" | "invoices" | "inv" | "in" | "i" | "ri" | "arinvoice" | "salesinvoice"
        | "taxinvoice" | "customerinvoice" | "standardinvoice" | "standard" | "bill" | "accrec"
        | "debit" | "debitmemo" | "debitnote" | "dm" | "dn" | "rechnung" | "ausgangsrechnung"
        | "re" | "facture" | "fac" | "factura" | "fattura" | "fatura" | "factuur" | "faktura"
        | "faktuur" | "lasku" => Some(DocumentKind::Invoice),
        "creditmemo" | "creditmemos" | "creditnote" | "creditnotes" | "credit" | "cm" | "cn"
        | "rc" | "cr" | "arcreditmemo" | "salescreditmemo" | "salescreditnote"
        | "customercredit" | "accreccredit" | "gutschrift" | "gs" | "rechnungskorrektur"
        | "stornorechnung" | "storno" | "avoir" | "notadecredito" | "notacredito" | "abono"
        | "notadicredito" | "creditnota" | "kreditnota" | "kreditfaktura" => {
            Some(DocumentKind::CreditMemo)
        }
        "adjustment" | "adjustments" | "adj" | "aj" | "journal" | "journalentry" | "je"
        | "writeoff" | "baddebt" | "correction" | "korrektur" | "anpassung" | "ausbuchung"
        | "ajustement" | "ajuste" | "rettifica" | "correctie" => Some(DocumentKind::Adjustment),
        _ => None,
    }
}

/// The month that a word names, 1 to 12: its name or at least the first letters of it, in
/// English, German, French, Spanish, Italian, Dutch and Portuguese.
pub(super) fn month(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january januar janvier enero gennaio januari janeiro jan jaenner",
        "february februar fevrier febrero febbraio februari fevereiro feb fev",
        "march marz mars marzo maart marco mar mrz maerz",
        "april avril abril aprile apr avr abr",
        "may mai mayo maggio mei maio mag",
        "june juni juin junio giugno junho jun giu",
        "july juli juillet julio luglio julho jul lug juil",
        "august aout agosto augustus aug ago",
        "september septembre septiembre settembre setembro sep sept set",
        "october oktober octobre octubre ottobre outubro oct okt ott out",
        "november novembre noviembre novembro nov",
        "december dezember decembre diciembre dicembre dezembro dec dez dic",
    ];
    let word = plain(text);
    (1..).zip(MONTHS).find(|(_, names)| names.split(' ').any(|name| name == word)).map(|(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_reduced() {
        for (text, expected) in [
            ("Invoice No.", "invoiceno"),
            ("Fällig am", "falligam"),
            ("Straße", "strasse"),
            ("N° de facture", "ndefacture"),
            ("invoice_number", "invoicenumber"),
            ("合計", "合計"),
            ("---", ""),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn flags_are_read() {
        for text in ["Yes", "1", "TRUE", "ja", "Oui", "sí", " y "] {
            assert_eq!(flag(text), Some(true), "{text}");
        }
        for text in ["No", "0", "false", "NEIN", "não"] {
            assert_eq!(flag(text), Some(false), "{text}");
        }
        for text in ["", "maybe", "2", "10"] {
            assert_eq!(flag(text), None, "{text}");
        }
    }

    #[test]
    fn projects_are_told_from_customers() {
        for (text, expected) in [
            ("Project", Some(true)),
            ("job", Some(true)),
            ("yes", Some(true)),
            ("Customer", Some(false)),
            ("0", Some(false)),
            ("Wholesale", None),
        ] {
            assert_eq!(is_project(text), expected, "{text}");
        }
    }

    #[test]
    fn kinds_are_read() {
        for (text, kind) in [
            ("Invoice", Some(DocumentKind::Invoice)),
            ("INV", Some(DocumentKind::Invoice)),
            ("Rechnung", Some(DocumentKind::Invoice)),
            ("Credit Memo", Some(DocumentKind::CreditMemo)),
            ("credit-note", Some(DocumentKind::CreditMemo)),
            ("CM", Some(DocumentKind::CreditMemo)),
            ("RC", Some(DocumentKind::CreditMemo)),
            ("Gutschrift", Some(DocumentKind::CreditMemo)),
            ("Nota de crédito", Some(DocumentKind::CreditMemo)),
            ("Adjustment", Some(DocumentKind::Adjustment)),
            ("bad debt", Some(DocumentKind::Adjustment)),
            ("Payment", None),
            ("", None),
        ] {
            assert_eq!(document_kind(text), kind, "{text}");
        }
    }

    #[test]
    fn months_are_read() {
        for (text, expected) in [
            ("Jan", Some(1)),
            ("januar", Some(1)),
            ("MÄRZ", Some(3)),
            ("août", Some(8)),
            ("Sept.", Some(9)),
            ("dez", Some(12)),
            ("Monday", None),
            ("", None),
        ] {
            assert_eq!(month(text), expected, "{text}");
        }
    }
}
