//! Drawings (SVG): shown in pages and on paper, so that nothing but a still picture is taken. What has
//! anything else in it is refused, and never tidied: who cleans up forgets something.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    NsReader, XmlVersion,
    encoding::Decoder,
    events::{BytesStart, Event},
    name::{Namespace, Prefix, ResolveResult},
};

use super::has_page;
use crate::domain::file::{FileRefusal, LOGO_BYTES_MAX};

const SVG: &[u8] = b"http://www.w3.org/2000/svg";

/// Where drawing programs note what is theirs; nobody draws it.
const NOTED: [&[u8]; 6] = [
    b"http://www.inkscape.org/namespaces/inkscape",
    b"http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    b"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    b"http://purl.org/dc/elements/1.1/",
    b"http://creativecommons.org/ns#",
    b"http://web.resource.org/cc/",
];

/// What a still picture is made of. Scripts, links, animations and foreign content are not here.
const DRAWN: [&str; 52] = [
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "metadata",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
];

/// What is drawn again elsewhere.
const COPIES: &str = "use";

/// Pictures inside of a drawing.
const PICTURES: [&str; 2] = ["data:image/png;base64,", "data:image/jpeg;base64,"];

/// What a style sheet has only to fetch something, to run something, or to hide either.
const FETCHES: [&str; 10] = [
    "@",
    "\\",
    "://",
    "image-set(",
    "image(",
    "src(",
    "expression(",
    "behavior",
    "-moz-binding",
    "<",
];

/// The same in the other attributes, which say less.
const HIDES: [&str; 4] = ["\\", "image-set(", "image(", "src("];

/// How deep parts may lie in each other.
const DEPTH_MAX: usize = 64;

/// How many parts may be drawn, copies counted as often as they are drawn.
const PARTS_MAX: u64 = 20_000;

/// Looks into a drawing and gives it back as text.
///
/// # Errors
/// Why it is not taken.
pub fn inspect_drawing(bytes: &[u8]) -> Result<&str, FileRefusal> {
    if bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LOGO_BYTES_MAX {
        return Err(FileRefusal::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| FileRefusal::NotWhatItSays)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if has_page(text.as_bytes()) {
        return Err(FileRefusal::Active);
    }
    let mut xml = NsReader::from_str(text);
    xml.config_mut().check_comments = true;
    let mut walk = Walk::default();
    loop {
        // What cannot be read is not a drawing at all, or one that is damaged.
        let broken = if walk.has_root { FileRefusal::Broken } else { FileRefusal::NotWhatItSays };
        let (space, event) = match xml.read_resolved_event() {
            Ok((space, event)) => (Space::of(&space), event),
            Err(_) => return Err(broken),
        };
        match event {
            Event::Start(element) => walk.begin(space, &element, xml.decoder())?,
            Event::Empty(element) => {
                walk.begin(space, &element, xml.decoder())?;
                walk.end();
            }
            Event::End(_) => walk.end(),
            Event::Text(text) => walk.text(&text.decode().map_err(|_| broken)?)?,
            Event::CData(text) => walk.text(&text.decode().map_err(|_| broken)?)?,
            Event::GeneralRef(name) => {
                let is_known = name.is_char_ref()
                    || matches!(&*name, b"amp" | b"lt" | b"gt" | b"quot" | b"apos");
                if !is_known {
                    return Err(FileRefusal::Declares);
                }
                // A style sheet spelt with them hides something.
                if walk.is_style() {
                    return Err(FileRefusal::Reaches);
                }
            }
            Event::Decl(head) => match head.encoding() {
                None => {}
                Some(Ok(encoding)) if encoding.eq_ignore_ascii_case(b"utf-8") => {}
                Some(_) => return Err(FileRefusal::Broken),
            },
            Event::DocType(_) => return Err(FileRefusal::Declares),
            // Style sheets of elsewhere come this way.
            Event::PI(_) => return Err(FileRefusal::Reaches),
            Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    walk.finish()?;
    Ok(text)
}

/// To whom an element belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    Drawing,
    Noted,
    Foreign,
}

impl Space {
    fn of(space: &ResolveResult<'_>) -> Self {
        match space {
            ResolveResult::Bound(Namespace(name)) if *name == SVG => Self::Drawing,
            ResolveResult::Bound(Namespace(name)) if NOTED.contains(name) => Self::Noted,
            _ => Self::Foreign,
        }
    }
}

/// An element whose attributes were looked at.
struct Part {
    name: String,
    id: String,
    /// The ids that it draws with.
    refers_to: Vec<String>,
}

impl Part {
    fn read(name: String, element: &BytesStart<'_>, decoder: Decoder) -> Result<Self, FileRefusal> {
        let mut part = Self { name, id: String::new(), refers_to: Vec::new() };
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| FileRefusal::Broken)?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            // Only an entity of the file's own cannot be read.
            let value = attribute
                .decoded_and_normalized_value(XmlVersion::Implicit1_0, decoder)
                .map_err(|_| FileRefusal::Declares)?;
            let key = local(attribute.key.local_name().as_ref())?.to_ascii_lowercase();
            let prefix = attribute.key.prefix().map_or(&b""[..], Prefix::into_inner);
            part.look(&key, prefix, &value)?;
        }
        Ok(part)
    }

    fn look(&mut self, key: &str, prefix: &[u8], value: &str) -> Result<(), FileRefusal> {
        let lower = value.to_ascii_lowercase();
        let squeezed: String =
            lower.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        if key.starts_with("on")
            || squeezed.contains("javascript:")
            || squeezed.contains("vbscript:")
        {
            return Err(FileRefusal::Active);
        }
        if key == "base" && prefix == b"xml" {
            return Err(FileRefusal::Reaches);
        }
        if key == "href" || key == "src" {
            let is_picture =
                self.name == "image" && PICTURES.iter().any(|kind| squeezed.starts_with(kind));
            match value.trim().strip_prefix('#') {
                Some(id) => self.refers_to.push(id.to_owned()),
                None if is_picture => {}
                None => return Err(FileRefusal::Reaches),
            }
            return Ok(());
        }
        if key == "id" {
            value.trim().clone_into(&mut self.id);
        }
        let hides: &[&str] = if key == "style" { &FETCHES } else { &HIDES };
        if prefix.is_empty() && hides.iter().any(|word| squeezed.contains(word)) {
            return Err(FileRefusal::Reaches);
        }
        self.refers_to.extend(urls(value)?);
        Ok(())
    }
}

fn local(name: &[u8]) -> Result<String, FileRefusal> {
    std::str::from_utf8(name).map(str::to_owned).map_err(|_| FileRefusal::Broken)
}

/// The ids that `url(#…)` names; anything else is fetched.
fn urls(value: &str) -> Result<Vec<String>, FileRefusal> {
    let lower = value.to_ascii_lowercase();
    let mut ids = Vec::new();
    for (at, word) in lower.match_indices("url(") {
        let rest = value.get(at + word.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\t', '\r', '\n', '"', '\'']);
        let id = rest.strip_prefix('#').ok_or(FileRefusal::Reaches)?;
        ids.push(id.split([')', '"', '\'', ' ']).next().unwrap_or_default().to_owned());
    }
    Ok(ids)
}

/// What was seen of a drawing.
#[derive(Default)]
struct Walk {
    has_root: bool,
    /// The elements that are open: name and id.
    open: Vec<(String, String)>,
    parts: u64,
    /// What is drawn with each id; with the empty one, everything.
    drawn_with: BTreeMap<String, Vec<String>>,
    style: String,
}

impl Walk {
    fn is_style(&self) -> bool {
        self.open.last().is_some_and(|(name, _)| name == "style")
    }

    fn begin(
        &mut self,
        space: Space,
        element: &BytesStart<'_>,
        decoder: Decoder,
    ) -> Result<(), FileRefusal> {
        let name = local(element.local_name().as_ref())?;
        let is_root = self.open.is_empty();
        if is_root && (self.has_root || space != Space::Drawing || name != "svg") {
            return Err(FileRefusal::NotWhatItSays);
        }
        let is_still = match space {
            Space::Drawing => DRAWN.contains(&&*name) || name == COPIES,
            Space::Noted => true,
            Space::Foreign => false,
        };
        // A style sheet has no elements.
        if !is_still || self.is_style() {
            return Err(FileRefusal::Active);
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(FileRefusal::TooTight);
        }
        let part = Part::read(name, element, decoder)?;
        self.has_root = true;
        self.parts += 1;
        let name = if space == Space::Drawing { part.name } else { String::new() };
        self.open.push((name, part.id));
        self.note(&part.refers_to);
        Ok(())
    }

    /// Notes with everything that is open what is drawn inside of it.
    fn note(&mut self, ids: &[String]) {
        if ids.is_empty() {
            return;
        }
        let whole = std::iter::once(String::new());
        let named = self.open.iter().map(|(_, id)| id.clone()).filter(|id| !id.is_empty());
        for within in whole.chain(named).collect::<BTreeSet<_>>() {
            self.drawn_with.entry(within).or_default().extend(ids.iter().cloned());
        }
    }

    fn end(&mut self) {
        self.open.pop();
    }

    fn text(&mut self, text: &str) -> Result<(), FileRefusal> {
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err(if self.has_root {
                FileRefusal::Broken
            } else {
                FileRefusal::NotWhatItSays
            });
        }
        if self.is_style() {
            self.style.push_str(text);
        }
        Ok(())
    }

    /// Looks at what can only be said of the whole.
    fn finish(mut self) -> Result<(), FileRefusal> {
        if !self.has_root {
            return Err(FileRefusal::NotWhatItSays);
        }
        if !self.open.is_empty() {
            return Err(FileRefusal::Broken);
        }
        let style = self.style.to_ascii_lowercase();
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
        if FETCHES.iter().any(|word| style.contains(word)) {
            return Err(FileRefusal::Reaches);
        }
        self.note(&urls(&style)?);
        let mut known = BTreeMap::new();
        match self.cost("", DEPTH_MAX, &mut known) {
            Some(cost) if self.parts.saturating_add(cost) <= PARTS_MAX => Ok(()),
            _ => Err(FileRefusal::TooTight),
        }
    }

    /// How many parts are drawn with an id; none when that has no end.
    fn cost(&self, id: &str, depth: usize, known: &mut BTreeMap<String, u64>) -> Option<u64> {
        if let Some(cost) = known.get(id) {
            return Some(*cost);
        }
        let depth = depth.checked_sub(1)?;
        let mut cost = 1_u64;
        for inner in self.drawn_with.get(id).into_iter().flatten() {
            cost = cost.saturating_add(self.cost(inner, depth, known)?);
        }
        known.insert(id.to_owned(), cost);
        Some(cost)
    }
}

#[cfg(test)]
#[path = "drawing_tests.rs"]
mod tests;
