//! Reads files that are named in the environment, by hand.

use super::super::{Dialect, read};
use crate::schema::File;
use crate::span::SourceMap;

#[test]
#[ignore = "by hand"]
fn by_hand() {
    let root = std::env::var("HAND").unwrap();
    let dialect = match std::env::var("DIALECT").unwrap().as_str() {
        "mysql" => Dialect::Mysql,
        "sqlite" => Dialect::Sqlite,
        _ => Dialect::Postgresql,
    };
    let mut paths = vec![];
    let mut todo = vec![std::path::PathBuf::from(&root)];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.to_string_lossy().ends_with(".sql") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut map = SourceMap::default();
    let mut all = vec![];
    for path in &paths {
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        let name = path.strip_prefix(&root).ok().map(|p| p.to_string_lossy().into_owned()).filter(|p| !p.is_empty());
        let name = name.unwrap_or_else(|| path.file_name().unwrap().to_string_lossy().into_owned());
        all.push((map.add(&name, text.clone()), name, text));
    }
    let files: Vec<File<'_>> = all.iter().map(|(file, path, text)| File { file: *file, path, text }).collect();
    let start = std::time::Instant::now();
    let schema = read(&files, dialect);
    let fields: usize = schema.tables.iter().map(|t| t.fields.len()).sum();
    println!("TIME {:?}", start.elapsed());
    println!(
        "COUNT {} tables {} fields {} problems {} skipped",
        schema.tables.len(),
        fields,
        schema.problems.len(),
        schema.skipped.len()
    );
    if std::env::var("QUIET").is_ok() {
        return;
    }
    for t in &schema.tables {
        println!("TABLE {:?} {} {:?}", t.kind, t.name, t.origin.as_ref().map(|o| (&o.migration, o.date)));
        for f in &t.fields {
            let m: Vec<_> = f.modifiers.iter().map(|m| m.word()).collect();
            println!("FIELD {}.{} | {} | {} | {:?} {:?}", t.name, f.name, f.ty, m.join(","), f.content, f.category);
        }
    }
    for (l, list) in [("PROBLEM", &schema.problems), ("SKIPPED", &schema.skipped)] {
        for p in list {
            let f = map.file(p.span.file);
            println!("{l} {}:{} {}", f.path(), f.position(p.span.start).line, p.what);
        }
    }
}
