//! Generated data models of any size, in several schema languages.

use std::io::{Result, Write};

/// The size of a data model.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) tables: usize,
    /// The number of fields of each table, including its key.
    pub(super) fields: usize,
}

/// A function that writes a data model in one language.
type Writer = fn(&mut dyn Write, Size) -> Result<()>;

/// The languages, each with a file name and its writer.
pub(super) const LANGUAGES: &[(&str, &str, Writer)] = &[
    ("prisma", "schema.prisma", prisma),
    ("postgresql", "schema.sql", postgresql),
    ("json-schema", "schema.json", json_schema),
    ("openapi", "openapi.yaml", openapi),
    ("fides", "dataset.yml", fides),
    ("tbls", "schema.json", tbls),
];

/// The names of fields, with their types in SQL, Prisma and JSON Schema.
const FIELDS: &[[&str; 4]] = &[
    ["email", "varchar(255)", "String", "string"],
    ["created_at", "timestamp with time zone", "DateTime", "string"],
    ["amount", "numeric(12, 2)", "Decimal", "number"],
    ["is_active", "boolean", "Boolean", "boolean"],
    ["count", "integer", "Int", "integer"],
    ["comment", "text", "String", "string"],
];

/// Returns the name of a table.
pub(super) fn table(index: usize) -> String {
    format!("Table_{index:04}")
}

/// Returns the fields of a table after its key: the name, and the types.
fn fields(size: Size) -> impl Iterator<Item = (String, &'static [&'static str; 4])> {
    let kinds = FIELDS.iter().cycle().enumerate().take(size.fields.saturating_sub(1));
    kinds.map(|(index, kind)| (format!("{}_{index}", kind[0]), kind))
}

fn prisma(out: &mut dyn Write, size: Size) -> Result<()> {
    for index in 0..size.tables {
        writeln!(out, "model {} {{\n  id Int @id @default(autoincrement())", table(index))?;
        for (name, kind) in fields(size) {
            writeln!(out, "  {name} {}? // what it is", kind[2])?;
        }
        writeln!(out, "}}\n")?;
    }
    Ok(())
}

fn postgresql(out: &mut dyn Write, size: Size) -> Result<()> {
    for index in 0..size.tables {
        write!(out, "CREATE TABLE {} (\n  id bigserial PRIMARY KEY", table(index))?;
        for (name, kind) in fields(size) {
            write!(out, ",\n  {name} {} DEFAULT NULL", kind[1])?;
        }
        writeln!(out, "\n);\n")?;
    }
    Ok(())
}

fn json_schema(out: &mut dyn Write, size: Size) -> Result<()> {
    writeln!(out, "{{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$defs\": {{")?;
    for index in 0..size.tables {
        writeln!(out, "    \"{}\": {{\n      \"type\": \"object\",\n      \"properties\": {{", table(index))?;
        write!(out, "        \"id\": {{ \"type\": \"integer\" }}")?;
        for (name, kind) in fields(size) {
            write!(out, ",\n        \"{name}\": {{ \"type\": \"{}\", \"description\": \"What it is.\" }}", kind[3])?;
        }
        writeln!(out, "\n      }}\n    }}{}", if index + 1 == size.tables { "" } else { "," })?;
    }
    writeln!(out, "  }}\n}}")
}

fn openapi(out: &mut dyn Write, size: Size) -> Result<()> {
    writeln!(out, "openapi: 3.1.0\ninfo:\n  title: Example\n  version: 1.0.0\ncomponents:\n  schemas:")?;
    for index in 0..size.tables {
        writeln!(out, "    {}:\n      type: object\n      properties:", table(index))?;
        writeln!(out, "        id:\n          type: integer")?;
        for (name, kind) in fields(size) {
            writeln!(out, "        {name}:\n          type: {}", kind[3])?;
        }
    }
    Ok(())
}

fn fides(out: &mut dyn Write, size: Size) -> Result<()> {
    writeln!(out, "dataset:\n  - fides_key: example\n    name: Example\n    collections:")?;
    for index in 0..size.tables {
        writeln!(out, "      - name: {}\n        fields:\n          - name: id", table(index))?;
        for (name, kind) in fields(size) {
            let ty = if kind[3] == "number" { "float" } else { kind[3] };
            writeln!(out, "          - name: {name}\n            fides_meta:\n              data_type: {ty}")?;
        }
    }
    Ok(())
}

fn tbls(out: &mut dyn Write, size: Size) -> Result<()> {
    writeln!(out, "{{\n  \"name\": \"example\",\n  \"tables\": [")?;
    for index in 0..size.tables {
        let name = table(index);
        writeln!(out, "    {{\n      \"name\": \"{name}\",\n      \"type\": \"BASE TABLE\",\n      \"columns\": [")?;
        write!(out, "        {{ \"name\": \"id\", \"type\": \"bigint\", \"nullable\": false, \"default\": null }}")?;
        for (name, kind) in fields(size) {
            let ty = kind[1];
            write!(
                out,
                ",\n        {{ \"name\": \"{name}\", \"type\": \"{ty}\", \"nullable\": true, \"default\": null }}"
            )?;
        }
        writeln!(out, "\n      ]\n    }}{}", if index + 1 == size.tables { "" } else { "," })?;
    }
    writeln!(out, "  ],\n  \"relations\": [],\n  \"driver\": {{ \"name\": \"postgres\" }}\n}}")
}
