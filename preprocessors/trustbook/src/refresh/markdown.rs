//! `--summary FILE`: the sentences of a refresh as the text of a pull request.

use crate::failure::{Failure, io};
use std::fs;
use std::path::Path;

/// The maximum size of the text in bytes, without its frame: GitHub refuses more than 65,536 characters.
const LARGEST: usize = 60_000;

/// Writes the text, and creates its folder if it is missing. The file is empty if there are no sentences.
pub(super) fn write(path: &Path, sentences: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| io("making", folder, &error))?;
    }
    fs::write(path, text(sentences)).map_err(|error| io("writing", path, &error))
}

/// Wraps the sentences in one code block, in which nothing is markup, a link or a mention.
fn text(sentences: &str) -> String {
    if sentences.is_empty() {
        return String::new();
    }
    let (mut kept, mut left) = (String::new(), 0);
    for line in sentences.lines() {
        if left > 0 || kept.len() + line.len() > LARGEST {
            left += 1;
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let longest = kept.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    let more = if left == 0 { String::new() } else { format!("\n{left} more lines are in the log.\n") };
    format!("`trustbook refresh` checked what this book refers to:\n\n{fence}text\n{kept}{fence}\n{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_ends_the_block() {
        let text = text("a `b`\n`````\n@everybody\n");
        assert!(text.ends_with("\n\n``````text\na `b`\n`````\n@everybody\n``````\n"), "{text}");
    }

    #[test]
    fn what_is_too_long_is_counted() {
        let text = text(&"x".repeat(99).lines().cycle().take(1000).fold(String::new(), |all, line| all + line + "\n"));
        assert!(text.len() < 65_536 && text.ends_with("\n400 more lines are in the log.\n"), "{}", text.len());
        assert_eq!(super::text(""), "");
    }
}
