//! One field of a model: `models.CharField(max_length=80, null=True)`.

use super::super::code::{Argument, Code};
use super::super::{Field, FieldContent, Migration, Modifier};
use std::ops::Range;

/// A field of a model.
#[derive(Debug, Clone)]
pub(in crate::schema) struct ModelField {
    pub(in crate::schema) field: Field,
    /// The column, if it is given.
    pub(in crate::schema) column: Option<String>,
    pub(in crate::schema) relation: Relation,
}

/// The relation that a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::schema) enum Relation {
    None,
    /// A row of another model, whose key the column holds.
    One,
    /// Rows of another model, in a table of their own: the model, and the name of the table if it is given.
    Many(String, Option<String>),
    /// Rows of another model, through a model that is written out.
    Through,
}

/// Types whose content can be anything, as parts of their names.
const OPAQUE: &[&str] = &["json", "binary", "hstore", "pickle", "xml"];

/// Reads a field. `whole` are the tokens that its place covers.
pub(in crate::schema) fn read(
    code: &Code<'_>,
    name: &str,
    value: Range<usize>,
    whole: Range<usize>,
    origin: Option<&Migration>,
) -> Option<ModelField> {
    let (ty, open) = called(code, value.clone())?;
    let arguments = code.arguments(code.inside(open));
    // What `**` spreads is decided at run time.
    if arguments.iter().any(|it| it.name.is_none() && code.is(it.value.start, "*")) {
        return None;
    }
    let (mut base, mut options, mut is_list) = (ty, arguments.clone(), false);
    let inner = |name: &str| {
        let found =
            arguments.iter().find(|it| it.name == Some(name)).or(arguments.first().filter(|it| it.name.is_none()));
        let (ty, open) = called(code, found?.value.clone())?;
        Some((ty, code.arguments(code.inside(open))))
    };
    if ty == "ArrayField"
        && let Some((ty, inner)) = inner("base_field")
    {
        (base, is_list) = (ty, true);
        options.extend(inner.into_iter().filter(|it| it.name == Some("max_length")));
    } else if ty == "GeneratedField"
        && let Some((ty, _)) = inner("output_field")
    {
        base = ty;
    }
    let option = |name: &str| options.iter().find(|it| it.name == Some(name));
    let is_true = |name: &str| option(name).is_some_and(|it| code.of(it.value.start) == "True");
    let text = |name: &str| option(name).and_then(|it| code.string(it.value.start));
    let written = |name: &str| option(name).map(|it| code.written(it.value.clone())).filter(|text| *text != "None");
    let size: Vec<&str> =
        ["max_length", "max_digits", "decimal_places"].iter().filter_map(|name| written(name)).collect();
    let is_one = matches!(ty, "ForeignKey" | "OneToOneField") || ty.ends_with("ForeignKey") && option("to").is_some();
    let is_many = ty.ends_with("ManyToManyField");
    let is_counted = ty.ends_with("AutoField");
    let marks = [
        (
            Modifier::Default,
            is_counted || option("default").is_some() || option("db_default").is_some() || is_true("auto_now_add"),
        ),
        (Modifier::Generated, ty == "GeneratedField"),
        (Modifier::Id, is_true("primary_key")),
        (Modifier::List, is_list),
        (Modifier::Optional, is_true("null")),
        (Modifier::Reference, is_one),
        (Modifier::Unique, (is_true("unique") || ty == "OneToOneField") && !is_true("primary_key")),
        (Modifier::UpdatedAt, is_true("auto_now")),
    ];
    let lower = base.to_lowercase();
    let is_opaque = OPAQUE.iter().any(|word| lower.contains(word));
    let comment = text("db_comment").or_else(|| text("help_text"));
    let target = option("to").or(arguments.first().filter(|it| it.name.is_none()));
    let target =
        target.map(|it| code.string(it.value.start).unwrap_or_else(|| code.written(it.value.clone()).to_owned()));
    let relation = match (is_one, is_many) {
        (true, _) => Relation::One,
        (_, true) if written("through").is_some() => Relation::Through,
        // Other packages keep rows of other models this way.
        _ if ty.ends_with("Manager") || ty == "GenericRelation" => Relation::Through,
        (_, true) => Relation::Many(target.unwrap_or_default(), text("db_table")),
        _ => Relation::None,
    };
    let field = Field {
        name: name.to_owned(),
        stored_as: None,
        ty: if size.is_empty() { base.to_owned() } else { format!("{base}({})", size.join(",")) },
        modifiers: marks.iter().filter(|(_, is_so)| *is_so).map(|(modifier, _)| *modifier).collect(),
        content: if is_opaque { FieldContent::Opaque } else { FieldContent::Plain },
        category: code.category(comment.as_deref(), whole.clone()),
        span: code.span(whole),
        origin: origin.cloned(),
    };
    Some(ModelField { field, column: text("db_column"), relation })
}

/// Returns the last name of what is called, and the bracket after it.
pub(in crate::schema) fn called<'t>(code: &Code<'t>, value: Range<usize>) -> Option<(&'t str, usize)> {
    let mut at = value.start;
    while code.word(at).is_some() && code.is(at + 1, ".") && at + 2 < value.end {
        at += 2;
    }
    // The whole value is one call, also of a type with arguments: `JSONField[list[str]](...)`.
    let open = if code.is(at + 1, "[") { code.after(at + 1) } else { at + 1 };
    let is_call = code.is(open, "(") && code.after(open) >= value.end;
    code.word(at).filter(|_| is_call).map(|name| (name, open))
}

/// Returns the option with a name, or the one at a place.
pub(in crate::schema) fn argument<'a, 't>(list: &'a [Argument<'t>], name: &str, at: usize) -> Option<&'a Argument<'t>> {
    list.iter().find(|it| it.name == Some(name)).or_else(|| list.get(at).filter(|it| it.name.is_none()))
}
