//! The grammar inside braces: `id as FORMAT`, and `#word arg=value`.

use crate::suggest::nearest;

/// The format in which a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFormat {
    /// By the type: an e-mail address is a link, a date a `<time>`.
    Typed,
    /// Plain text.
    Text,
    /// A badge with a mark for the state.
    Badge,
    /// The date of the last review, or else of the statement.
    Date,
    /// The state today, in words.
    State,
    /// The source of the statement.
    Source,
    /// The owner.
    Owner,
    /// The type.
    Type,
    /// A list with "and" before the last item.
    List,
}

/// The formats allowed after `as`, sorted.
pub const FORMATS: &[(&str, ValueFormat)] = &[
    ("badge", ValueFormat::Badge),
    ("date", ValueFormat::Date),
    ("list", ValueFormat::List),
    ("owner", ValueFormat::Owner),
    ("source", ValueFormat::Source),
    ("state", ValueFormat::State),
    ("text", ValueFormat::Text),
    ("type", ValueFormat::Type),
];

/// `{{ id as FORMAT }}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The id.
    pub id: String,
    /// The format.
    pub format: ValueFormat,
}

/// `{{#word arg=value}}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockCall {
    /// The word of the block.
    pub word: String,
    /// The arguments in order; the name is `None` for an argument without `=`.
    pub args: Vec<(Option<String>, String)>,
}

/// The reason why the text inside braces cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// A phrase that describes the problem.
    pub why: String,
    /// The suggested correction.
    pub help: String,
}

impl Malformed {
    /// Creates a problem with its suggested correction.
    pub fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Malformed { why: why.into(), help: help.into() }
    }
}

/// Reads `id` or `id as FORMAT`.
///
/// # Errors
/// Returns the problem if the text is neither.
pub fn expression(inner: &str) -> Result<Expression, Malformed> {
    let usage = "write `{{ id }}` or `{{ id as FORMAT }}`";
    if inner.contains('|') {
        let why = "an expression cannot contain pipes";
        return Err(Malformed::new(why, "write `{{ id as FORMAT }}`, or `\\{{` for braces that are text"));
    }
    let words: Vec<&str> = inner.split_whitespace().collect();
    let (id, format) = match words.as_slice() {
        [] => return Err(Malformed::new("there is no id between the braces", usage)),
        [id] => (*id, ValueFormat::Typed),
        [id, "as", name] => match FORMATS.iter().find(|(known, _)| known == name) {
            Some((_, format)) => (*id, *format),
            None => return Err(unknown_format(name)),
        },
        [_, "as"] => return Err(Malformed::new("there is no format after `as`", usage)),
        _ => {
            return Err(Malformed::new("there is more between the braces than an id and its format", usage));
        }
    };
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !id.chars().all(is_id) || id.split('.').any(str::is_empty) {
        return Err(Malformed::new(
            format!("`{id}` is not an id"),
            "an id has letters, digits, `_`, `-` and dots; write `\\{{` for braces that are text",
        ));
    }
    if id == "page.oldest" && !matches!(format, ValueFormat::Typed | ValueFormat::Date | ValueFormat::Text) {
        return Err(Malformed::new("`page.oldest` is a day and has no other format", "write `{{ page.oldest }}`"));
    }
    Ok(Expression { id: id.to_owned(), format })
}

fn unknown_format(name: &str) -> Malformed {
    let names = || FORMATS.iter().map(|(known, _)| *known);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `as {near}`?"),
        None => format!("the formats are {}", crate::suggest::listed(names())),
    };
    Malformed::new(format!("there is no format `{name}`"), help)
}

/// Reads `#word arg=value "a value" key="a value"`.
///
/// # Errors
/// Returns the problem if a quotation is not closed, or a name or value is missing.
pub fn block(inner: &str) -> Result<BlockCall, Malformed> {
    let rest = inner.trim().trim_start_matches('#');
    let word_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (word, rest) = rest.split_at(word_end);
    let usage = "write `{{#word name=value}}`";
    if word.is_empty() {
        return Err(Malformed::new("there is no word after `#`", usage));
    }
    let mut args = Vec::new();
    for arg in split_args(rest).ok_or_else(|| Malformed::new("a quotation is not closed", usage))? {
        match arg.split_once('=') {
            Some((name, value)) if !name.is_empty() && !value.is_empty() => {
                args.push((Some(name.to_owned()), value.to_owned()));
            }
            Some(_) => {
                return Err(Malformed::new(format!("`{arg}` has no name or no value"), usage));
            }
            None => args.push((None, arg)),
        }
    }
    Ok(BlockCall { word: word.to_owned(), args })
}

fn split_args(text: &str) -> Option<Vec<String>> {
    let (mut args, mut current, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            c if c.is_whitespace() && !quoted => {
                if any {
                    args.push(std::mem::take(&mut current));
                }
                any = false;
            }
            c => {
                current.push(c);
                any = true;
            }
        }
    }
    if any {
        args.push(current);
    }
    (!quoted).then_some(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read() {
        let read = |text| expression(text).map(|expression| (expression.id, expression.format));
        assert_eq!(read(" vendor.legal_name "), Ok(("vendor.legal_name".into(), ValueFormat::Typed)));
        assert_eq!(read("a.b as badge"), Ok(("a.b".into(), ValueFormat::Badge)));
        for bad in ["", "a b c", "a as", "a as bagde", "a | upper", "a.", "a..b", "é", "a(b)"] {
            assert!(expression(bad).is_err(), "{bad}");
        }
        assert!(expression("a as bagde").is_err_and(|error| error.help.contains("badge")));
        assert!(FORMATS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn blocks_are_read() {
        let call = block("#facts vendor x=\"a b\"").unwrap();
        assert_eq!(call.word, "facts");
        assert_eq!(call.args, [(None, "vendor".to_owned()), (Some("x".to_owned()), "a b".to_owned())]);
        assert!(block("#facts x=").is_err());
        assert!(block("#facts \"x").is_err());
        assert!(block("# ").is_err());
    }
}
