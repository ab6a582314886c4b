//! Changes to files as lines that are added and removed.

use std::collections::BTreeMap;
use trustbook_core::report::harmless;

/// Returns the difference of files, each with its text before, if it exists, and after.
pub(crate) fn text(files: &BTreeMap<String, (Option<String>, String)>) -> String {
    let mut out = String::new();
    for (path, (before, after)) in files {
        let old: Vec<&str> = before.as_deref().unwrap_or_default().lines().collect();
        let new: Vec<&str> = after.lines().collect();
        let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - same;
        let end = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
        let from = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
        let (removed, added) = (&old[same..old.len() - end], &new[same..new.len() - end]);
        let at = |lines: &[&str]| if lines.is_empty() { same } else { same + 1 };
        out.push_str(&format!("--- {}\n+++ b/{}\n", harmless(&from), harmless(path)));
        out.push_str(&format!("@@ -{},{} +{},{} @@\n", at(removed), removed.len(), at(added), added.len()));
        for (mark, lines) in [('-', removed), ('+', added)] {
            lines.iter().for_each(|line| out.push_str(&format!("{mark}{}\n", harmless(line))));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn added_lines_are_told_with_their_place() {
        let files = [
            ("a.md".to_owned(), (Some("1\n2\n3\n".to_owned()), "1\n2\nx\n3\n".to_owned())),
            ("b.md".to_owned(), (None, "new\n".to_owned())),
        ];
        assert_eq!(
            text(&files.into()),
            "--- a/a.md\n+++ b/a.md\n@@ -2,0 +3,1 @@\n+x\n--- /dev/null\n+++ b/b.md\n@@ -0,0 +1,1 @@\n+new\n"
        );
    }
}
