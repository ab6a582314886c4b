//! A draft of the register: answers are applied to the text of its files and validated before anything is written.

use super::edit::{self, EditTarget};
use super::verify::Snapshot;
use super::{FieldChange, Refusal, ReviewAnswer, ReviewItem};
use crate::failure::Failure;
use crate::rewrite::{Rewrite, changed};
use jiff::civil::Date;
use std::collections::BTreeMap;
use trustbook_core::World;
use trustbook_core::register::{self, Register};
use trustbook_core::secret::Secret;
use trustbook_core::span::SourceMap;
use trustbook_core::world::{FolderEntry, MemoryWorld, ReadError};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The edited files of the register.
pub(super) struct RegisterDraft<'w> {
    world: &'w dyn World,
    /// The files as read at the start of the review, by path; only these are edited.
    files: BTreeMap<String, DraftFile>,
}

/// A file, whose text has no byte order mark.
#[derive(Debug)]
struct DraftFile {
    bytes: Vec<u8>,
    text: String,
}

impl<'w> RegisterDraft<'w> {
    /// Loads the files of the facts and records to review, as they were when the register was read.
    ///
    /// # Errors
    /// Returns an error if a file has changed since.
    pub(super) fn new<'p>(
        world: &'w dyn World,
        map: &SourceMap,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        for path in paths {
            let failure = |error: ReadError| Failure::new(format!("reading {path} failed: {error}"));
            let bytes = world.read(path).map_err(failure)?;
            let text = String::from_utf8_lossy(&bytes);
            let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text).to_owned();
            if map.find(path).is_none_or(|file| map.file(file).text() != text) {
                return Err(changed(path));
            }
            files.insert(path.to_owned(), DraftFile { bytes, text });
        }
        Ok(RegisterDraft { world, files })
    }

    /// Checks that an answer can be applied.
    ///
    /// # Errors
    /// Returns the reason why it cannot, for the person who gave it.
    pub(super) fn try_answer(&self, asked: &ReviewItem, answer: &ReviewAnswer) -> Result<(), Refusal> {
        self.edited(&asked.file, &[(asked, answer)]).map(drop)
    }

    /// Applies answers, all of them or none. Each file is compared once with what it was.
    ///
    /// # Errors
    /// Returns the reason why one of them cannot be applied; then the draft is unchanged.
    pub(super) fn put(&mut self, answers: &[(&ReviewItem, &ReviewAnswer)]) -> Result<(), Refusal> {
        let mut by_file: BTreeMap<&str, Vec<(&ReviewItem, &ReviewAnswer)>> = BTreeMap::new();
        answers.iter().for_each(|one| by_file.entry(&one.0.file).or_default().push(*one));
        let texts: Result<Vec<_>, _> =
            by_file.into_iter().map(|(path, answers)| Ok((path, self.edited(path, &answers)?))).collect();
        for (path, text) in texts? {
            if let Some(file) = self.files.get_mut(path) {
                file.text = text;
            }
        }
        Ok(())
    }

    /// Returns the files that have changed, sorted.
    pub(super) fn rewrites(&self) -> Vec<Rewrite> {
        let rewrite = |(path, file): (&String, &DraftFile)| {
            let after = file.after();
            let rewrite = Rewrite { path: path.clone(), before: file.bytes.clone(), after };
            (rewrite.before != rewrite.after).then_some(rewrite)
        };
        self.files.iter().filter_map(rewrite).collect()
    }

    /// Marks the current texts as written to disk.
    pub(super) fn written(&mut self) {
        for file in self.files.values_mut() {
            file.bytes = file.after();
        }
    }

    /// Reads one file alone, in the same way as the register.
    pub(super) fn read(&self, path: &str) -> (SourceMap, Register) {
        let text = self.files.get(path).map_or("", |file| file.text.as_str());
        read_alone(path, text, self.world.today())
    }

    /// Returns a snapshot of the whole register with the answers applied.
    pub(super) fn snapshot(&self) -> Snapshot {
        let mut map = SourceMap::default();
        let register = register::read(self, &mut map);
        Snapshot::of(&map, &register)
    }

    /// Returns the text of a file with the answers to its items.
    fn edited(&self, path: &str, answers: &[(&ReviewItem, &ReviewAnswer)]) -> Result<String, Refusal> {
        let Some(file) = self.files.get(path) else {
            return Err(Refusal::unexpected(format!("{path} was not read")));
        };
        let today = self.world.today();
        let mut text = file.text.clone();
        for (asked, answer) in answers {
            let changes = if let ReviewAnswer::Change(changes) = answer { changes.as_slice() } else { &[] };
            for FieldChange { field, .. } in changes {
                if let Some(source) = asked.live.get(field) {
                    return Err(Refusal::new(format!(
                        "cannot be changed here: its `{field}` comes from the source `{source}`"
                    ))
                    .help(format!("run `trustbook refresh {source}`, or write the value by hand instead of `live`")));
                }
            }
            text = edited(&text, asked, answer, today).map_err(Refusal::new)?;
        }
        let snapshot = |text: &str| {
            let (map, register) = read_alone(path, text, today);
            Snapshot::of(&map, &register)
        };
        let answers = answers.iter().map(|(asked, answer)| (asked.id.as_str(), *answer)).collect();
        snapshot(&file.text).leads_to(&snapshot(&text), &answers, today)?;
        Ok(text)
    }
}

impl World for RegisterDraft<'_> {
    fn secrets(&self) -> Vec<Secret> {
        self.world.secrets()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).map_or_else(|| self.world.read(path), |file| Ok(file.after()))
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        self.world.list(dir)
    }

    fn today(&self) -> Date {
        self.world.today()
    }
}

impl DraftFile {
    fn after(&self) -> Vec<u8> {
        let mark = if self.bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) { BYTE_ORDER_MARK } else { "" };
        format!("{mark}{}", self.text).into_bytes()
    }
}

/// Returns the text of a file with an answer applied.
fn edited(text: &str, asked: &ReviewItem, answer: &ReviewAnswer, today: Date) -> Result<String, edit::Cannot> {
    let record = asked.record.map(|kind| (kind.name, asked.id.split_once('.').map_or("", |(_, id)| id)));
    let target = record.map_or(EditTarget::Fact(&asked.id), |(kind, id)| EditTarget::Record(kind, id));
    let day = today.to_string();
    match answer {
        ReviewAnswer::Unsure => Ok(text.to_owned()),
        ReviewAnswer::Keep => edit::set(text, target, "verified", &day),
        ReviewAnswer::Change(changes) => {
            let mut text = text.to_owned();
            for change in changes {
                text = edit::set(&text, target, &change.field, &change.toml)?;
                if record.is_some() {
                    text = edit::close(&text, target, &change.field)?;
                }
            }
            edit::set(&edit::set(&text, target, "stated", &day)?, target, "verified", &day)
        }
    }
}

fn read_alone(path: &str, text: &str, today: Date) -> (SourceMap, Register) {
    let mut world = MemoryWorld::new(today);
    world.insert(path, text);
    let mut map = SourceMap::default();
    let register = register::read(&world, &mut map);
    (map, register)
}
