//! The theme, embedded: a book without a theme folder is rendered with these files.

pub use trustbook_theme::THEME;
