//! The folder of a book within its repository, found without running git.

use std::path::Path;

/// Returns the path of a book relative to the root of its repository, with `/`. It is empty if the book is the
/// root, or is not in a repository.
pub(crate) fn folder(book: &Path) -> String {
    let Ok(book) = book.canonicalize() else { return String::new() };
    // In a worktree or a submodule, `.git` is a file.
    let root = book.ancestors().find(|folder| folder.join(".git").exists());
    let Some(Ok(folder)) = root.map(|root| book.strip_prefix(root)) else { return String::new() };
    let parts: Vec<_> = folder.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_found_in_its_repository_also_in_a_worktree() {
        let dir = tempfile::tempdir().unwrap();
        let book = dir.path().join("docs/trust book");
        std::fs::create_dir_all(&book).unwrap();
        std::fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(folder(&book), "docs/trust book");
        assert_eq!(folder(&book.join("../../docs")), "docs");
        assert_eq!(folder(dir.path()), "");
        std::fs::write(dir.path().join("docs/.git"), "gitdir: ../x\n").unwrap();
        assert_eq!(folder(&book), "trust book");
        assert_eq!(folder(&dir.path().join("nowhere")), "");
    }
}
