//! Names of places, compared as loosely as the least strict file system does.

use unicode_normalization::UnicodeNormalization;

/// The folder of the register.
pub const FACTS: &str = "facts";
/// The folder of the theme.
pub const THEME: &str = "theme";

/// Normalises a path, so that all spellings that some file system treats as the same place become equal. File systems
/// ignore case, forms of the same letter and invisible characters (APFS, HFS+, ext4 with `casefold`, ZFS). Windows
/// ignores dots, spaces and the name of a stream at the end of a name. The result may also equate names that no file
/// system does: a forbidden path is never missed.
pub fn fold(path: &str) -> String {
    let parts = path.split('/').map(fold_name);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// Returns true if a path of the book is a folder, or inside it, on some file system.
pub fn is_within(path: &str, folder: &str) -> bool {
    fold(path).strip_prefix(&fold(folder)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns true if a path contains a name such as `TRUSTB~1`, under which Windows also finds a file with a longer name.
pub fn has_short_name(path: &str) -> bool {
    let is_short = |name: &str| {
        let stem = name.split('.').next().unwrap_or_default();
        let number = stem.split_once('~').map(|(_, number)| number).unwrap_or_default();
        stem.len() <= 8 && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    fold(path).split('/').any(is_short)
}

fn fold_name(name: &str) -> String {
    let name = name.split(':').next().unwrap_or_default();
    let mut folded = match name.is_ascii() {
        true => name.to_ascii_lowercase(),
        // The upper case of `ß` is two letters, and that of `ẞ` is itself, so the case changes to lower, upper, and
        // lower again.
        false => {
            let cased = name.nfkd().flat_map(char::to_lowercase).flat_map(char::to_uppercase);
            cased.flat_map(char::to_lowercase).nfkd().filter(|c| !is_ignored(*c)).collect()
        }
    };
    folded.truncate(folded.trim_end_matches(['.', ' ']).len());
    folded
}

/// Returns true for invisible characters (`Default_Ignorable_Code_Point` of Unicode 16), and for the dot above in the
/// lower case of `İ`.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{307}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_known_by_every_name_that_a_disk_takes_for_it() {
        let same = [
            ("facts", "FACTS/a.toml"),
            ("facts", "Facts"),
            ("facts", "fact\u{17f}/a.toml"),
            ("facts", "fa\u{200d}cts/a"),
            ("facts", "\u{feff}facts/a"),
            ("facts", "facts./a"),
            ("facts", "facts /a"),
            ("facts", "facts::$INDEX_ALLOCATION/a"),
            ("facts", ".../facts/a"),
            ("facts", "ｆａｃｔｓ/a"),
            ("file", "ﬁle/a"),
            ("kelvin", "\u{212a}elvin"),
            ("index", "\u{131}ndex"),
            ("index", "\u{130}NDEX"),
            ("strasse", "STRA\u{1e9e}E"),
            ("straße", "STRASSE"),
            ("\u{e9}t\u{e9}", "E\u{301}TE\u{301}/menu.md"),
            ("σας", "ΣΑΣ"),
        ];
        for (folder, path) in same {
            assert!(is_within(path, folder), "{path:?} is in {folder:?} on some disk: {:?}", fold(path));
        }
        for path in ["factsheet/a", "src/facts/a", "fact", "f\u{e1}cts", "facts-old", ""] {
            assert!(!is_within(path, "facts"), "{path:?}");
        }
    }

    #[test]
    fn short_names_of_windows_are_known() {
        for path in ["TRUSTB~1", "GIT~1/config", "src/ab12~1.MD", "x~12"] {
            assert!(has_short_name(path), "{path}");
        }
        for path in ["a~b.md", "notes~", "a-long-name~1.md", "a1.md"] {
            assert!(!has_short_name(path), "{path}");
        }
    }
}
