//! Every schema language with broken, deep and long input: its reader returns, and its result is sound.

use std::collections::BTreeSet;
use trustbook_core::schema::{LANGUAGES, Language, Recognised, Schema, SchemaFile, recognise};
use trustbook_core::span::{SourceMap, Span};

/// The number of mutations of each example.
const MUTATIONS: u64 = 10_000;
/// The nesting depth.
const DEEP: usize = 100_000;
/// The smallest stack that a reader must manage with: the default of a thread.
const STACK: usize = 2 << 20;
/// Fragments with a meaning in one of the languages.
const PIECES: &[&str] = &[
    "{", "}", "[", "]", "(", ")", "<", ">", "\"", "'", "`", "/*", "*/", "//", "--", "#", "$$", "\\", "@", "@@", ":",
    ";", ",", ".", "=", "?", "!", "|", "&", "*", "- ", "\n", "\r\n", "\t", " ", "\u{feff}", "\0", "ä", "\u{202e}",
    "🦀", "null", "0",
];

/// Returns the content of the first fence under "Example" in the page of a language.
pub(crate) fn example(language: &Language) -> &'static str {
    let find = || {
        let (_, section) = language.page.split_once("\n## Example\n")?;
        let (_, fence) = section.split_once("\n```")?;
        let (_, content) = fence.split_once('\n')?;
        Some(content.split_once("\n```")?.0)
    };
    find().unwrap_or_else(|| panic!("the page of {} has no example in a fence", language.name))
}

/// Reads texts as files of a language, and checks the result.
fn read(language: &Language, texts: &[&str]) -> Schema {
    let mut map = SourceMap::default();
    let ending = language.endings.first().unwrap();
    let paths: Vec<String> = (0..texts.len()).map(|index| format!("example-{index}{ending}")).collect();
    let files = paths.iter().zip(texts).map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text });
    let schema = (language.read)(&files.collect::<Vec<_>>());
    assert_sound(&map, &schema);
    schema
}

/// Asserts that spans lie in their files and between characters, and that names are unique.
fn assert_sound(map: &SourceMap, schema: &Schema) {
    let assert_span = |span: Span| {
        let text = map.file(span.file).text();
        assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes", text.len());
    };
    let mut tables = BTreeSet::new();
    for table in &schema.tables {
        assert_span(table.span);
        assert!(tables.insert(&table.name), "the table `{}` is there twice", table.name);
        let mut fields = BTreeSet::new();
        for field in &table.fields {
            assert_span(field.span);
            assert!(fields.insert(&field.name), "the field `{}` appears twice", field.name);
            assert!(field.modifiers.is_sorted_by(|a, b| a < b), "{:?}", field.modifiers);
        }
    }
    for problem in schema.problems.iter().chain(&schema.skipped) {
        assert_span(problem.span);
        assert!(!problem.what.is_empty() && !problem.what.ends_with('.'), "{}", problem.what);
        assert!(!problem.help.is_empty(), "{}", problem.what);
    }
    for (id, file) in map.files() {
        let told = schema.problems.iter().filter(|problem| problem.span.file == id).count();
        assert!(told <= 100, "{} has {told} problems", file.path());
    }
}

/// Pseudo-random numbers, the same in each run.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// Creates a generator from a `seed` other than 0.
    pub(crate) fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Returns a number below `limit`, which is not 0.
    fn below(&mut self, limit: usize) -> usize {
        // xorshift64*: https://www.jstatsoft.org/article/view/v008i14
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

/// Returns a text with one to six mutations: bytes and lines are removed, duplicated, moved or inserted.
pub(crate) fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + 1 + numbers.below(12)).min(bytes.len());
        let at = at.min(end);
        match numbers.below(7) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            2 if end < bytes.len() && at < end => bytes.swap(at, end),
            3 => {
                let moved: Vec<u8> = bytes.drain(at..end).collect();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, moved);
            }
            4 => {
                let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let (a, b) = (numbers.below(lines.len()), numbers.below(lines.len()));
                lines.swap(a, b);
                bytes = lines.join(&b'\n');
            }
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs a function on a thread with a small stack.
fn on_small_stack(run: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).unwrap().join().unwrap();
    });
}

#[test]
fn the_example_of_every_page_is_read_without_a_problem() {
    for language in LANGUAGES {
        let text = example(language);
        let schema = read(language, &[text]);
        assert!(schema.problems.is_empty(), "{}: {:?}", language.name, schema.problems);
        assert!(schema.tables.iter().any(|table| !table.fields.is_empty()), "{}", language.name);
        for ending in language.endings {
            let is_among = match recognise(&format!("x{ending}"), text) {
                Recognised::None => false,
                Recognised::One(name) => name == language.name,
                Recognised::Many(names) => names.contains(&language.name),
            };
            assert!(is_among, "`{}` is recognised by `{ending}`", language.name);
        }
    }
}

#[test]
fn every_beginning_of_an_example_is_read() {
    for language in LANGUAGES {
        let text = example(language);
        for (end, _) in text.char_indices() {
            read(language, &[&text[..end]]);
        }
        read(language, &[]);
    }
}

#[test]
fn examples_with_changes_in_them_are_read() {
    for language in LANGUAGES {
        let text = example(language);
        for seed in 1..=MUTATIONS {
            let changed = mutated(text, &mut Numbers::new(seed));
            // Sometimes read together with the example itself, which then duplicates most names.
            match seed % 10 {
                0 => read(language, &[text, &changed]),
                _ => read(language, &[&changed]),
            };
        }
    }
}

#[test]
fn deep_nesting_and_long_lines_are_survived() {
    for language in LANGUAGES {
        on_small_stack(|| {
            let text = example(language);
            let middle = text.len() / 2;
            let middle = text[..middle].rfind('\n').unwrap_or(0);
            for sign in ["{", "[", "(", "\"", "/*", "--", "<", "{\n", "[\n", "- "] {
                let deep = sign.repeat(DEEP);
                read(language, &[&deep]);
                read(language, &[&format!("{text}\n{deep}")]);
                read(language, &[&format!("{}{deep}{}", &text[..middle], &text[middle..])]);
            }
            for word in ["word", "word, "] {
                let long = word.repeat((5 << 20) / word.len());
                read(language, &[&long]);
                read(language, &[&format!("{}{long}{}", &text[..middle], &text[middle..])]);
            }
        });
    }
}
