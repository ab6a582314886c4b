//! `select`: a jq expression that finds a value in a document. It sees nothing but the document, and it terminates.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Pattern, Term};
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::native::{self, Filter, Fun};
use jaq_core::ops::Math;
use jaq_core::path::Part;
use jaq_core::{Compiler, Ctx, DataT, Exn, RunPtr, Vars, data, unwrap_valr};
use jaq_json::{Error, Val, ValR, read};
use serde_json::Value as Json;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use trustbook_core::suggest::nearest;

/// The reason why a value was not found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Miss {
    /// The expression is invalid; a sentence.
    Expression(String),
    /// The expression has no usable result; a phrase that follows "finds".
    Finds(String),
}

/// The time limit for an expression.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest jq expression or CSS selector, in bytes. It cannot nest deeper than it is long.
pub(super) const LONGEST: usize = 1000;
/// The maximum nesting depth of values that an expression parses from text.
const DEEPEST: usize = 250;
/// The stack size for an expression: 32 KiB for each byte of the longest one. The formats limit the nesting of
/// values to less than that.
const STACK: usize = LONGEST * 32 * 1024;

/// The functions that an expression may use, sorted. All of them terminate, and their results are little larger
/// than their inputs. None reads the environment, the clock or a file, none loops, and none generates values
/// without end.
const FUNCTIONS: &[&str] = &[
    "abs",
    "add",
    "all",
    "any",
    "arrays",
    "ascii_downcase",
    "ascii_upcase",
    "booleans",
    "capture",
    "ceil",
    "contains",
    "empty",
    "endswith",
    "error",
    "explode",
    "first",
    "flatten",
    "floor",
    "from_entries",
    "fromjson",
    "getpath",
    "group_by",
    "gsub",
    "has",
    "implode",
    "in",
    "index",
    "indices",
    "inside",
    "isempty",
    "isvalid",
    "join",
    "keys",
    "keys_unsorted",
    "last",
    "length",
    "ltrim",
    "ltrimstr",
    "map",
    "map_values",
    "match",
    "max",
    "max_by",
    "min",
    "min_by",
    "not",
    "nth",
    "nulls",
    "numbers",
    "objects",
    "path",
    "paths",
    "recurse",
    "reverse",
    "rindex",
    "round",
    "rtrim",
    "rtrimstr",
    "scalars",
    "scan",
    "select",
    "sort",
    "sort_by",
    "split",
    "splits",
    "sqrt",
    "startswith",
    "strings",
    "sub",
    "test",
    "to_entries",
    "tojson",
    "tonumber",
    "tostring",
    "transpose",
    "trim",
    "trimstr",
    "type",
    "unique",
    "unique_by",
    "utf8bytelength",
    "values",
    "with_entries",
];
/// The functions that terminate only when called without arguments.
const WITHOUT_ARGUMENTS: &[&str] = &["recurse"];

/// Finds one value.
pub(super) fn find(values: &Json, select: &str) -> Result<Json, Miss> {
    if select.len() > LONGEST {
        return Err(Miss::Expression(format!("its `select` is longer than {LONGEST} bytes")));
    }
    let (input, program) = (values.to_string(), select.to_owned());
    let (sender, receiver) = mpsc::channel();
    // A thread that exceeds the time limit is abandoned; it ends with the process.
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || {
        let _ = sender.send(check(&program).and_then(|()| run(&input, &program)));
    });
    thread.map_err(|error| Miss::Expression(format!("no thread for `{select}`: {error}")))?;
    match receiver.recv_timeout(PATIENCE) {
        Ok(found) => found,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(Miss::Expression(format!("`{select}` takes longer than {} s", PATIENCE.as_secs())))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Miss::Expression(format!("`{select}` cannot be evaluated"))),
    }
}

/// Parses an expression, and refuses one that may not terminate or that reads anything but the document.
///
/// # Errors
/// Returns what is wrong with the expression.
fn check(select: &str) -> Result<(), Miss> {
    match load::parse(select, |parser| parser.term()) {
        None => Err(bad(select, "it cannot be read")),
        Some(term) => terms(&term).map_err(|why| bad(select, &why)),
    }
}

fn bad(select: &str, why: &str) -> Miss {
    Miss::Expression(format!("`{select}` is not a usable expression: {why}"))
}

fn run(input: &str, select: &str) -> Result<Json, Miss> {
    let input = jaq_json::read::parse_single(input.as_bytes())
        .map_err(|error| Miss::Expression(format!("the document cannot be read by jq: {error}")))?;
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let of_json = jaq_json::funs().filter(|(name, ..)| *name != FROM_JSON).chain([from_json()]);
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(of_json);
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: select, path: () });
    let modules = modules.map_err(|_| bad(select, "it cannot be read"))?;
    let filter = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
        let undefined = errors.into_iter().flat_map(|(_, undefined)| undefined).next();
        bad(select, &undefined.map_or_else(String::new, |(name, what)| format!("{} `{name}`", what.as_str())))
    })?;
    let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut found = filter.id.run((ctx, input)).map(unwrap_valr);
    let first = match found.next() {
        None => return Err(Miss::Finds("nothing".to_owned())),
        Some(Err(error)) => return Err(Miss::Finds(format!("an error: {error}"))),
        Some(Ok(value)) => value,
    };
    if found.next().is_some() {
        return Err(Miss::Finds("several values, and not one or a list of them in `[...]`".to_owned()));
    }
    serde_json::from_str(&first.to_string()).map_err(|_| Miss::Finds("something that is no value of JSON".to_owned()))
}

/// The function that parses values from text. Others, such as `tonumber`, are defined by it.
const FROM_JSON: &str = "fromjson";

/// Returns `fromjson` with a limit on nesting. jq's own function recurses to any depth.
fn from_json<D: for<'a> DataT<V<'a> = Val>>() -> Fun<D> {
    let function: Filter<RunPtr<D>> = (FROM_JSON, native::v(0), |(_, value)| {
        let values: Vec<ValR> = match value.try_as_utf8_bytes_owned() {
            Err(error) => vec![Err(error)],
            Ok(text) if is_deep(&text) => {
                vec![Err(Error::str(format_args!("values are nested more than {DEEPEST} deep")))]
            }
            Ok(text) => read::parse_many(&text).map(|value| value.map_err(Error::str)).collect(),
        };
        Box::new(values.into_iter().map(|value| value.map_err(Exn::from)))
    });
    native::run::<D>(function)
}

/// Returns true if lists and objects in JSON text are nested deeper than [`DEEPEST`]. As in jq, comments are allowed.
fn is_deep(text: &[u8]) -> bool {
    let (mut depth, mut bytes) = (0_usize, text.iter());
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' => drop(bytes.find(|byte| **byte == b'\n')),
            b'"' => {
                while let Some(b'\\') = bytes.find(|byte| matches!(byte, b'"' | b'\\')) {
                    bytes.next();
                }
            }
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// Checks that all parts of an expression are allowed.
fn terms(term: &Term<&str>) -> Result<(), String> {
    let all = |terms: &[Term<&str>]| terms.iter().try_for_each(terms_of);
    match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Var(_) => Ok(()),
        Term::Str(_, parts) => parts.iter().try_for_each(|part| match part {
            StrPart::Term(term) => terms(term),
            _ => Ok(()),
        }),
        Term::Arr(inner) => inner.iter().try_for_each(|term| terms(term)),
        Term::Obj(entries) => entries.iter().try_for_each(|(key, value)| {
            terms(key)?;
            value.iter().try_for_each(terms)
        }),
        Term::Neg(inner) => terms(inner),
        Term::BinOp(left, op, right) => {
            operator(op)?;
            terms(left)?;
            terms(right)
        }
        Term::TryCatch(inner, other) => {
            terms(inner)?;
            other.iter().try_for_each(|term| terms(term))
        }
        Term::IfThenElse(cases, other) => {
            cases.iter().try_for_each(|(when, then)| terms(when).and_then(|()| terms(then)))?;
            other.iter().try_for_each(|term| terms(term))
        }
        Term::Call(name, args) => {
            function(name, args.len())?;
            all(args)
        }
        Term::Path(of, path) => {
            terms(of)?;
            path.0.iter().try_for_each(|(part, _)| match part {
                Part::Index(index) => terms(index),
                Part::Range(from, to) => from.iter().chain(to).try_for_each(terms),
            })
        }
        Term::Def(..) => Err("it defines a function".to_owned()),
        Term::Fold(word, ..) => Err(format!("it uses `{word}`")),
        Term::Label(..) | Term::Break(_) => Err("it uses a label".to_owned()),
    }
}

/// [`terms()`] as a plain function, to be passed by name.
fn terms_of(term: &Term<&str>) -> Result<(), String> {
    terms(term)
}

fn operator(op: &BinaryOp<&str>) -> Result<(), String> {
    match op {
        BinaryOp::Pipe(Some(pattern)) => names(pattern),
        // Multiplying text by a number repeats the text that many times.
        BinaryOp::Math(Math::Mul) => Err("it multiplies".to_owned()),
        BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
            Err("it changes the document".to_owned())
        }
        _ => Ok(()),
    }
}

fn names(pattern: &Pattern<&str>) -> Result<(), String> {
    match pattern {
        Pattern::Var(_) => Ok(()),
        Pattern::Arr(items) => items.iter().try_for_each(names),
        Pattern::Obj(entries) => entries.iter().try_for_each(|(key, pattern)| {
            terms(key)?;
            names(pattern)
        }),
    }
}

fn function(name: &str, arguments: usize) -> Result<(), String> {
    if WITHOUT_ARGUMENTS.contains(&name) && arguments > 0 {
        return Err(format!("`{name}` is used with an argument, and might not end"));
    }
    if FUNCTIONS.contains(&name) {
        return Ok(());
    }
    Err(match nearest(name, FUNCTIONS.iter().copied()) {
        Some(near) => format!("there is no function `{name}` here; did you mean `{near}`?"),
        None => format!("there is no function `{name}` here"),
    })
}

#[cfg(test)]
mod tests;
