//! Classes of Python: their statements, and the classes that they are made from.

use super::code::{Argument, Code, CodeKind, Style};
use super::{SchemaFile, SchemaProblem};
use std::collections::BTreeMap;
use std::ops::Range;

/// A class of Python.
#[derive(Debug, Clone)]
pub(super) struct PythonClass<'t> {
    pub(super) name: &'t str,
    pub(super) bases: Vec<Argument<'t>>,
    /// The tokens from `class` to the end of its body.
    pub(super) whole: Range<usize>,
    /// The statements of its body, each with the lines that are indented below it.
    pub(super) body: Vec<Range<usize>>,
}

/// A value that a statement of Python gives to a name.
#[derive(Debug, Clone)]
pub(super) struct PythonValue<'t> {
    pub(super) name: &'t str,
    /// The type that it says.
    pub(super) ty: Option<Range<usize>>,
    pub(super) value: Option<Range<usize>>,
}

/// The classes of some files.
#[derive(Debug, Default)]
pub(super) struct Classes<'t> {
    pub(super) codes: Vec<Code<'t>>,
    /// The classes, each with the index of its file.
    pub(super) list: Vec<(usize, PythonClass<'t>)>,
    /// The other statements at the top of a file, each with its index.
    pub(super) others: Vec<(usize, Range<usize>)>,
    by_name: BTreeMap<&'t str, Vec<usize>>,
}

impl<'t> Classes<'t> {
    pub(super) fn read(files: &[SchemaFile<'t>]) -> Self {
        let mut classes = Classes::default();
        for (at, file) in files.iter().enumerate() {
            let code = Code::read(*file, Style::Python);
            for block in code.blocks(0..code.tokens.len()) {
                if let Some(class) = code.class(&block) {
                    classes.by_name.entry(class.name).or_default().push(classes.list.len());
                    classes.list.push((at, class));
                } else {
                    classes.others.push((at, block));
                }
            }
            classes.codes.push(code);
        }
        classes
    }

    /// Returns the mistakes in the brackets and texts of all files.
    pub(super) fn problems(&self) -> Vec<SchemaProblem> {
        self.codes.iter().flat_map(|code| code.problems.iter().cloned()).collect()
    }

    /// Returns the code of a class, and the class.
    pub(super) fn get(&self, at: usize) -> Option<(usize, &Code<'t>, &PythonClass<'t>)> {
        let (file, class) = self.list.get(at)?;
        Some((*file, self.codes.get(*file)?, class))
    }

    /// Returns the class that a name means in a file: one of that file, or the only one.
    fn find(&self, file: usize, name: &str) -> Option<usize> {
        let all = self.by_name.get(name)?;
        let own = all.iter().find(|at| self.list.get(**at).is_some_and(|(of, _)| *of == file));
        own.or_else(|| all.first().filter(|_| all.len() == 1)).copied()
    }

    /// Returns the last names of the classes that a class is made from, each with the class if it is here.
    pub(super) fn bases(&self, of: usize) -> Vec<(&'t str, Option<usize>)> {
        let Some((file, code, class)) = self.get(of) else { return Vec::new() };
        let named = class.bases.iter().filter(|base| base.name.is_none());
        let names = named.filter_map(|base| base.value.clone().take_while(|at| !code.is(*at, "[")).last());
        names.filter_map(|at| code.word(at)).map(|name| (name, self.find(file, name))).collect()
    }
}

impl<'t> Code<'t> {
    /// Returns the statements of Python in a range, each with the lines that are indented below it.
    pub(super) fn blocks(&self, tokens: Range<usize>) -> Vec<Range<usize>> {
        let mut blocks: Vec<Range<usize>> = Vec::new();
        let (mut at, mut least) = (tokens.start, None);
        while at < tokens.end {
            if self.kind(at) == Some(CodeKind::Newline) {
                at += 1;
                continue;
            }
            let end = self.statement_end(at).min(tokens.end);
            let start = self.range(at..at + 1).start;
            let indent =
                start - self.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1);
            match blocks.last_mut() {
                Some(last) if least.is_some_and(|least| indent > least) => last.end = end,
                _ => {
                    least = Some(indent);
                    blocks.push(at..end);
                }
            }
            at = end + 1;
        }
        blocks
    }

    /// Returns the class that a statement of Python is.
    pub(super) fn class(&self, block: &Range<usize>) -> Option<PythonClass<'t>> {
        let name = self.word(block.start + 1).filter(|_| self.word(block.start) == Some("class"))?;
        let open = block.start + 2;
        let has_bases = self.is(open, "(");
        let bases = if has_bases { self.arguments(self.inside(open)) } else { Vec::new() };
        let body = (if has_bases { self.after(open) } else { open }) + 1;
        Some(PythonClass { name, bases, whole: block.clone(), body: self.blocks(body..block.end.max(body)) })
    }

    /// Returns the value that a statement of Python gives to a name: `name = value`, `name: type = value`.
    pub(super) fn value(&self, block: &Range<usize>) -> Option<PythonValue<'t>> {
        let name = self.word(block.start)?;
        let mut at = block.start + 1;
        while at < block.end && !self.is(at, "=") {
            at = self.after(at);
        }
        let value = (at < block.end && !self.is(at + 1, "=")).then(|| at + 1..block.end);
        let ty = self.is(block.start + 1, ":").then(|| block.start + 2..at.min(block.end));
        let is_it = ty.is_some() || value.is_some() && at == block.start + 1;
        is_it.then_some(PythonValue { name, ty, value })
    }
}
