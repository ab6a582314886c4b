//! Addresses of lines in repositories: permanent ones are made, and those that move are recognised.

/// The lines of a file, both from 1; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The first.
    pub first: usize,
    /// The last.
    pub last: usize,
}
