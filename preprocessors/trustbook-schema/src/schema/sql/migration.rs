//! Migrations: their names, their dates, their order, and those that revert others.

use crate::schema::Migration;
use jiff::civil::Date;
use std::cmp::Ordering;

/// Returns the migration that a file is.
pub(super) fn origin(path: &str) -> Migration {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = without(without(file, ".sql"), ".up");
    let is_plain = ["migration", "up", "schema"].iter().any(|plain| stem.eq_ignore_ascii_case(plain));
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let migration = if is_plain && !parent.is_empty() { parent } else { stem };
    Migration { migration: migration.to_owned(), date: day(migration) }
}

/// Returns true if a file reverts a migration.
pub(super) fn is_down(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    file == "down.sql" || file.ends_with(".down.sql") || file.ends_with("_down.sql")
}

/// Compares two paths: numbers of up to five digits count by their value, so that 2 comes before 10.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (x, y) = (digits(left), digits(right));
        if (1..6).contains(&x) && (1..6).contains(&y) {
            let by_value = value(&left[..x]).cmp(&value(&right[..y]));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (left, right) = (&left[x..], &right[y..]);
            continue;
        }
        match (left.first(), right.first()) {
            (Some(x), Some(y)) if x == y => (left, right) = (&left[1..], &right[1..]),
            (x, y) if x == y => return a.cmp(b),
            (x, y) => return x.cmp(&y),
        }
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count()
}

fn value(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

fn without<'t>(name: &'t str, ending: &str) -> &'t str {
    let at = name.len().saturating_sub(ending.len());
    match name.get(at..) {
        Some(end) if end.eq_ignore_ascii_case(ending) => name.get(..at).unwrap_or(name),
        _ => name,
    }
}

/// Returns the date at the beginning of a name: `20250326162113_x`, `2025-03-26-x`, `V2025_03_26__x`.
fn day(name: &str) -> Option<Date> {
    let name = name.strip_prefix(['V', 'v']).unwrap_or(name);
    let mut rest = name.as_bytes();
    let mut number = |count: usize| -> Option<i16> {
        let (digits, left) = rest.split_at_checked(count)?;
        rest = match left {
            [b'-' | b'_' | b'.', left @ ..] => left,
            left => left,
        };
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |value, digit| value * 10 + i16::from(digit - b'0')))
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let is_year = (1970..2100).contains(&year);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| is_year)
}
