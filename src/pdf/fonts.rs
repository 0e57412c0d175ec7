//! The fonts documents are set in, and which characters they can draw.

use std::path::{Path, PathBuf};

use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

/// More files than this in the extra folder are not read.
const EXTRA_FILES_MAX: usize = 64;

/// One bit for each of the `0x11_0000` code points, in words of 64.
const COVERAGE_WORDS: usize = 0x11_0000 / 64;

const EMBEDDED: [&[u8]; 12] = [
    include_bytes!("fonts/NotoSans-Regular.ttf"),
    include_bytes!("fonts/NotoSans-SemiBold.ttf"),
    include_bytes!("fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("fonts/NotoSansArabic-SemiBold.ttf"),
    include_bytes!("fonts/NotoSansHebrew-Regular.ttf"),
    include_bytes!("fonts/NotoSansHebrew-SemiBold.ttf"),
    include_bytes!("fonts/NotoSansArmenian-Regular.ttf"),
    include_bytes!("fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("fonts/NotoSansGeorgian-Regular.ttf"),
    include_bytes!("fonts/NotoSansThai-Regular.ttf"),
    include_bytes!("fonts/NotoSansMath-Regular.ttf"),
    include_bytes!("fonts/NotoSansSymbols2-Regular.ttf"),
];

/// All fonts at hand.
pub(super) struct Fonts {
    pub(super) book: LazyHash<FontBook>,
    faces: Vec<Font>,
    covered: Vec<u64>,
}

impl Fonts {
    /// The embedded fonts, then those of `extra_files` in the order given.
    pub(super) fn load(extra_files: Vec<Vec<u8>>) -> Self {
        let embedded = EMBEDDED.into_iter().map(Bytes::new);
        let extra = extra_files.into_iter().map(Bytes::new);
        let faces: Vec<Font> = embedded.chain(extra).flat_map(Font::iter).collect();
        let mut covered = vec![0_u64; COVERAGE_WORDS];
        for code_point in faces.iter().flat_map(|font| font.info().coverage.iter()) {
            let (word, bit) = place_of(code_point);
            if let Some(word) = covered.get_mut(word) {
                *word |= bit;
            }
        }
        Self { book: LazyHash::new(FontBook::from_fonts(&faces)), faces, covered }
    }

    /// The font at `index` of the book.
    pub(super) fn font(&self, index: usize) -> Option<Font> {
        self.faces.get(index).cloned()
    }

    /// Whether any font draws `character`.
    pub(super) fn draws(&self, character: char) -> bool {
        let (word, bit) = place_of(u32::from(character));
        self.covered.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// The font files of `folder`, sorted by name so that every machine picks alike.
pub(super) fn read_folder(folder: &Path) -> std::io::Result<Vec<Vec<u8>>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.retain(|path| is_font_file(path));
    paths.sort();
    paths.truncate(EXTRA_FILES_MAX);
    paths.iter().map(std::fs::read).collect()
}

fn is_font_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn place_of(code_point: u32) -> (usize, u64) {
    let word = usize::try_from(code_point / 64).unwrap_or(usize::MAX);
    (word, 1 << (code_point % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_embedded_fonts_are_read() {
        let fonts = Fonts::load(Vec::new());
        assert_eq!(fonts.faces.len(), EMBEDDED.len());
        for character in ['A', 'ż', 'Ω', 'Я', 'ع', 'ש', 'Ա', 'अ', 'ა', 'ก', '−', '✓', '€']
        {
            assert!(fonts.draws(character), "{character}");
        }
        assert!(!fonts.draws('株'));
    }

    #[test]
    fn a_folder_gives_its_font_files_in_order() {
        let folder = std::env::temp_dir().join(format!("quittance-fonts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["b.ttf", "a.OTF", "c.txt", "d"] {
            std::fs::write(folder.join(name), name).unwrap();
        }
        let files = read_folder(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(files, [b"a.OTF", b"b.ttf"]);
        // Files that are no fonts do no harm.
        assert_eq!(Fonts::load(files).faces.len(), EMBEDDED.len());
    }
}
