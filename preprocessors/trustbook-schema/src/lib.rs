//! Data models in one neutral form, with the file and line of every table and field, and the categories of their data.
//!
//! It needs neither a register nor a book, and reads text that it is given:
//!
//! ```
//! use trustbook_schema::schema::{self, SchemaFile};
//! use trustbook_schema::span::SourceMap;
//!
//! let text = "CREATE TABLE person (\n  id int PRIMARY KEY,\n  email text\n);";
//! let mut sources = SourceMap::default();
//! let file = sources.add("schema.sql", text);
//! let language = schema::find("postgresql").expect("it is one of schema::LANGUAGES");
//! let model = (language.read)(&[SchemaFile { file, path: "schema.sql", text }]);
//!
//! let email = &model.tables[0].fields[1];
//! assert_eq!((email.name.as_str(), email.ty.as_str()), ("email", "text"));
//! assert_eq!(sources.file(file).position(email.span.start).line, 3);
//! assert!(model.problems.is_empty() && model.skipped.is_empty());
//! ```

pub mod category;
pub mod forge;
pub mod mask;
pub mod pattern;
pub mod schema;
pub mod span;
pub mod suggest;
