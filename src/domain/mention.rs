//! Colleagues named in a note: `@` and their name, first name or address. The note stays the plain
//! text that was typed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::form::Problem;

/// Most colleagues that one note may name.
pub const MENTIONS_MAX: usize = 20;

/// Somebody who can be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they see the customer that the note is about.
    pub sees: bool,
}

/// A colleague as a text names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Who.
    pub colleague: &'a Colleague,
    /// Where, from the `@` on, in bytes.
    pub at: Range<usize>,
}

/// How many bytes at the beginning of a text are a name, however its letters are written.
fn prefix(text: &str, name: &str) -> Option<usize> {
    let mut wanted = name.chars().flat_map(char::to_lowercase).peekable();
    for (at, letter) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        for small in letter.to_lowercase() {
            if wanted.next() != Some(small) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// The same, when the name ends there and is not the beginning of a longer word.
fn word(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let end = prefix(text, name)?;
    let next = text.get(end..)?.chars().next();
    (!next.is_some_and(char::is_alphanumeric)).then_some(end)
}

/// Where mentions may begin: an `@` that is not in the middle of a word, as it is in an address.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let mut before = None;
    text.char_indices().filter_map(move |(at, letter)| {
        let is_start = letter == '@' && !before.is_some_and(char::is_alphanumeric);
        before = Some(letter);
        is_start.then_some(at)
    })
}

/// The colleagues that a text names, in its order. The longest name that fits counts; an `@` that
/// fits nobody is only a letter.
///
/// # Errors
/// `Ambiguous` when a name fits several, `TooMany`.
pub fn find<'a>(text: &str, colleagues: &'a [Colleague]) -> Result<Vec<Mention<'a>>, Problem> {
    let mut found: Vec<Mention<'a>> = Vec::new();
    let mut done = 0;
    for at in starts(text) {
        if at < done {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let fits = colleagues.iter().flat_map(|one| {
            let first = one.name.split_whitespace().next().unwrap_or_default();
            [one.email.as_str(), one.name.as_str(), first]
                .into_iter()
                .filter_map(move |name| word(rest, name).map(|length| (length, one)))
        });
        let fits: Vec<(usize, &Colleague)> = fits.collect();
        let Some(longest) = fits.iter().map(|(length, _)| *length).max() else { continue };
        let mut best = fits.iter().filter(|(length, _)| *length == longest).map(|(_, one)| *one);
        let Some(colleague) = best.next() else { continue };
        if best.any(|other| other.id != colleague.id) {
            return Err(Problem::Ambiguous);
        }
        done = at + 1 + longest;
        found.push(Mention { colleague, at: at..done });
    }
    let mut people: Vec<&str> = found.iter().map(|one| one.colleague.id.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    if people.len() > MENTIONS_MAX { Err(Problem::TooMany) } else { Ok(found) }
}

/// The words of mentions, a line each, each once: what is kept beside the note.
pub fn written(text: &str, mentions: &[Mention<'_>]) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for mention in mentions {
        let name = text.get(mention.at.start + 1..mention.at.end).unwrap_or_default();
        if !lines.contains(&name) {
            lines.push(name);
        }
    }
    lines.join("\n")
}

/// A part of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it says.
    pub text: String,
    /// Whether it names a colleague.
    pub is_mention: bool,
}

/// A text cut at the mentions that were kept beside it.
pub fn parts(text: &str, written: &str) -> Vec<Part> {
    let part = |text: &str, is_mention| Part { text: text.to_owned(), is_mention };
    let names: Vec<&str> = written.lines().filter(|name| !name.is_empty()).collect();
    let mut parts = Vec::new();
    let mut done = 0;
    if !names.is_empty() {
        for at in starts(text) {
            let rest = text.get(at + 1..).unwrap_or_default();
            let longest = names.iter().filter_map(|name| word(rest, name)).max();
            let Some(longest) = longest.filter(|_| at >= done) else { continue };
            let end = at + 1 + longest;
            if at > done {
                parts.push(part(text.get(done..at).unwrap_or_default(), false));
            }
            parts.push(part(text.get(at..end).unwrap_or_default(), true));
            done = end;
        }
    }
    if done < text.len() {
        parts.push(part(text.get(done..).unwrap_or_default(), false));
    }
    parts
}

/// What is being written behind the last `@` before the cursor: where the `@` is, and the beginning of
/// the name. Nothing when the cursor is not behind one.
pub fn asked_for(text: &str, cursor: usize) -> Option<(usize, &str)> {
    let before = text.get(..cursor)?;
    let at = starts(before).last()?;
    let begun = before.get(at + 1..)?;
    let is_short = begun.chars().count() <= 40 && !begun.contains('\n');
    (is_short && !begun.starts_with(char::is_whitespace)).then_some((at, begun))
}

/// Where a place that is counted in units of UTF-16, as browsers count, is in bytes.
pub fn byte_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

/// The colleagues whose name or address begins with what was typed, or a later part of whose name
/// does, at most `limit`.
pub fn offered<'a>(colleagues: &'a [Colleague], begun: &str, limit: usize) -> Vec<&'a Colleague> {
    let begins = |text: &str| prefix(text, begun).is_some();
    let fits = |one: &&Colleague| {
        let later =
            one.name.match_indices(' ').any(|(at, _)| one.name.get(at + 1..).is_some_and(begins));
        begins(&one.name) || begins(&one.email) || later
    };
    colleagues.iter().filter(|one| one.sees).filter(fits).take(limit).collect()
}

/// What is written for a colleague behind the `@`: their name, or their address where others have the
/// same name.
pub fn name_of<'a>(colleague: &'a Colleague, all: &[Colleague]) -> &'a str {
    let is_shared = all.iter().any(|other| {
        other.id != colleague.id && prefix(&other.name, &colleague.name) == Some(other.name.len())
    });
    if is_shared || colleague.name.is_empty() { &colleague.email } else { &colleague.name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colleague(id: &str, name: &str, email: &str) -> Colleague {
        let text = |text: &str| text.to_owned();
        Colleague { id: text(id), name: text(name), email: text(email), sees: true }
    }

    fn team() -> Vec<Colleague> {
        vec![
            colleague("1", "Bea Miller", "bea@h.example"),
            colleague("2", "Bea Miller-Ohm", "ohm@h.example"),
            colleague("3", "Jürgen Öz", "j.oez@h.example"),
            colleague("4", "Kim Lee", "kim@h.example"),
            colleague("5", "Kim Lee", "lee@h.example"),
            colleague("6", "李 小龍", "li@h.example"),
        ]
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let team = team();
        let ids = |text: &str| -> Result<String, Problem> {
            let found = find(text, &team)?;
            Ok(found.iter().map(|one| one.colleague.id.as_str()).collect::<Vec<_>>().join(","))
        };
        for (text, expected) in [
            ("@Bea Miller called", Ok("1")),
            ("hello @bea miller, please", Ok("1")),
            ("@Bea Miller-Ohm: yours", Ok("2")),
            ("@Bea Millerton is nobody", Err(Problem::Ambiguous)),
            ("ask @BEA@H.EXAMPLE.", Ok("1")),
            ("@ohm@h.example", Ok("2")),
            ("(@jürgen) or @JÜRGEN ÖZ", Ok("3,3")),
            ("@Bea", Err(Problem::Ambiguous)),
            ("@kim lee", Err(Problem::Ambiguous)),
            ("@kim@h.example and @lee@h.example", Ok("4,5")),
            ("@李 小龍, @Jürgen Öz\n@Bea Miller", Ok("6,3,1")),
            ("at 5 @ noon, a@bea, @nobody, @", Ok("")),
            ("write to dana@bea", Ok("")),
            ("@@Jürgen", Ok("3")),
            ("\u{202e}@Jürgen\u{202c} 🦀", Ok("3")),
            ("<script>@Jürgen</script>", Ok("3")),
            ("'; DROP TABLE notes; --@Jürgen", Ok("3")),
        ] {
            assert_eq!(ids(text), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn a_note_names_twenty_colleagues() {
        let many: Vec<Colleague> = (0..21)
            .map(|n| colleague(&n.to_string(), &format!("N{n:02}"), &format!("n{n}@h.example")))
            .collect();
        let text = |count: usize| (0..count).map(|n| format!("@N{n:02} ")).collect::<String>();
        assert_eq!(find(&text(20), &many).unwrap().len(), 20);
        assert_eq!(find(&text(21), &many), Err(Problem::TooMany));
        assert_eq!(find(&"@N00 ".repeat(30), &many).unwrap().len(), 30);
    }

    #[test]
    fn a_note_is_cut_at_its_mentions() {
        let team = team();
        let text = "Hi @Bea Miller, @jürgen: a@bea? @Bea Miller";
        let kept = written(text, &find(text, &team).unwrap());
        assert_eq!(kept, "Bea Miller\njürgen");
        let parts = parts(text, &kept);
        let named: Vec<&str> =
            parts.iter().filter(|part| part.is_mention).map(|part| part.text.as_str()).collect();
        assert_eq!(named, ["@Bea Miller", "@jürgen", "@Bea Miller"]);
        let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(whole, text);
        assert_eq!(super::parts("@x", ""), [Part { text: "@x".to_owned(), is_mention: false }]);
        assert_eq!(super::parts("", "x"), []);
    }

    #[test]
    fn a_name_that_is_begun_is_offered() {
        let mut team = team();
        assert_eq!(asked_for("Hi @be", 6), Some((3, "be")));
        assert_eq!(asked_for("Hi @be", 2), None);
        assert_eq!(asked_for("a@be", 4), None);
        assert_eq!(asked_for("@ be", 4), None);
        assert_eq!(asked_for("@é", 2), None, "not between letters");
        assert_eq!((byte_of("🦀é@", 2), byte_of("🦀é@", 3), byte_of("🦀é@", 9)), (4, 6, 7));
        let ids = |team: &[Colleague], begun: &str| {
            offered(team, begun, 9).iter().map(|one| one.id.clone()).collect::<Vec<_>>().join("")
        };
        assert_eq!(ids(&team, "be"), "12");
        assert_eq!(ids(&team, "Mil"), "12");
        assert_eq!(ids(&team, "LEE"), "45");
        assert_eq!(ids(&team, ""), "123456");
        team[0].sees = false;
        assert_eq!(ids(&team, "be"), "2");
        assert_eq!(name_of(&team[3], &team), "kim@h.example");
        assert_eq!(name_of(&team[2], &team), "Jürgen Öz");
    }
}
