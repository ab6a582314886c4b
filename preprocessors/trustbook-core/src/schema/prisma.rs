//! The Prisma schema language: models, views and composite types, in one file or in several.

use super::{Language, Schema};

pub(super) const LANGUAGE: Language = Language {
    name: "prisma",
    endings: &[".prisma"],
    is_it: |_| true,
    read: |_| Schema::default(),
    page: include_str!("prisma.md"),
};
