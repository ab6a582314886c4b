//! Migrations: their names, their dates, their order, and those that revert others.

use crate::schema::Migration;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the migration that a file is.
pub(super) fn origin(path: &str) -> Migration {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = without(without(file, ".sql"), ".up");
    let is_plain = ["migration", "up", "schema"].iter().any(|plain| stem.eq_ignore_ascii_case(plain));
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let migration = if is_plain && !parent.is_empty() { parent } else { stem };
    Migration { migration: migration.to_owned(), date: day(migration) }
}

/// The files of a folder, as its tool runs them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// The indexes of the files that are run, in order.
    pub(super) run: Vec<usize>,
    /// The indexes of files that may belong to the migrations and are not run, each with the reason.
    pub(super) passed: Vec<(usize, String)>,
}

/// The folders of sqitch that are not run forward; the name of a change can have folders itself.
const REVERTS: &[&str] = &["/revert/", "/verify/"];

/// Returns the files that are run, in their order. Files that revert others are left out.
pub(super) fn plan(files: &[(&str, &str)]) -> Plan {
    let all: BTreeSet<String> = files.iter().map(|(path, _)| path.to_lowercase()).collect();
    let sqitch = files.iter().find(|(path, _)| is_plan(path)).map(|(_, text)| sqitch_order(text));
    let baseline = files.iter().filter_map(|(path, _)| flyway(path)).filter(|(kind, _)| *kind == 'b');
    let baseline = baseline.map(|(_, version)| version).max();
    let versions: BTreeSet<Version> =
        files.iter().filter_map(|(path, _)| flyway(path)).filter(|(kind, _)| *kind == 'v').map(|(_, it)| it).collect();
    let is_version = |path: &str| path.to_lowercase().ends_with(".sql") && flyway(path).is_some_and(|it| it.0 != 'r');
    let flyways = files.iter().filter(|(path, _)| is_version(path));
    let flyways: BTreeSet<&str> =
        flyways.map(|(path, _)| path.rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    let mut plan = Plan::default();
    for (at, (path, _)) in files.iter().enumerate() {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let is_code = !file.to_lowercase().ends_with(".sql");
        let has = |name: &str| {
            all.contains(&if folder.is_empty() { name.to_owned() } else { format!("{}/{name}", folder.to_lowercase()) })
        };
        let one_of = ["up.sql", "migration.sql"].into_iter().find(|name| has(name));
        if is_plan(path) || !is_code && is_reverse(path, &all) {
            continue;
        }
        match (flyway(path), one_of) {
            // Code of db-migrate that runs a file of SQL.
            _ if is_code
                && has(&format!("sqls/{}-up.sql", file.rsplit_once('.').map_or(file, |it| it.0).to_lowercase())) => {}
            _ if is_code => plan.passed.push((at, format!("the migration `{file}` is code, which is not read"))),
            // An undo has the version of a migration; other tools name migrations this way.
            (Some(('u', version)), _) if versions.contains(&version) => {}
            (Some(('v', version)), _) if baseline.as_ref().is_some_and(|baseline| version <= *baseline) => {}
            (Some(('b', version)), _) if baseline.as_ref() != Some(&version) => {}
            (None, Some(one)) if !file.eq_ignore_ascii_case(one) => {
                plan.passed.push((at, format!("the file `{file}` is beside `{one}`, and no tool runs it")));
            }
            (None, _) if flyways.contains(folder) => {
                plan.passed.push((at, format!("the file `{file}` is not named like the migrations beside it")));
            }
            (None, _) if sqitch.is_some() && REVERTS.iter().any(|part| format!("/{path}").contains(part)) => {}
            (None, _) if sqitch.as_ref().is_some_and(|order| place(order, path).is_none()) => {
                plan.passed.push((at, format!("the plan of sqitch does not name `{file}`")));
            }
            _ => plan.run.push(at),
        }
    }
    let path = |at: &usize| files.get(*at).map_or("", |(path, _)| *path);
    match sqitch {
        Some(names) => plan.run.sort_by_key(|at| place(&names, path(at))),
        None => plan.run.sort_by(|a, b| order(path(a), path(b))),
    }
    plan
}

/// Returns true for a file beside migrations that is no SQL, and matters to their order or their effect.
pub(super) fn is_beside(path: &str) -> bool {
    const CODE: &[&str] = &[
        "cs", "ex", "exs", "go", "groovy", "java", "js", "kt", "mjs", "php", "pl", "py", "rb", "rs", "scala", "sh",
        "ts",
    ];
    let file = path.rsplit('/').next().unwrap_or_default();
    let is_code = file.rsplit_once('.').is_some_and(|(_, ending)| CODE.contains(&ending));
    let is_numbered = file.starts_with(|c: char| c.is_ascii_digit()) || flyway(path).is_some();
    is_plan(path) || is_code && is_numbered && !file.contains("_test.") && !file.contains(".test.")
}

fn is_plan(path: &str) -> bool {
    path.rsplit('/').next() == Some("sqitch.plan")
}

/// Returns the changes in a plan of sqitch, each with its first and its last place: one that is reworked has two.
fn sqitch_order(plan: &str) -> BTreeMap<&str, (usize, usize)> {
    let lines = plan.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['%', '#', '@', '-']));
    let mut places = BTreeMap::new();
    let names = lines.filter_map(|line| line.trim_start_matches('+').split_ascii_whitespace().next());
    names.enumerate().for_each(|(at, name)| places.entry(name).or_insert((at, at)).1 = at);
    places
}

/// Returns the place of a file in a plan: `deploy/name.sql`, or `deploy/name@tag.sql` for a change that was reworked.
fn place(places: &BTreeMap<&str, (usize, usize)>, path: &str) -> Option<usize> {
    let path = without(path, ".sql");
    let (_, name) = path.rsplit_once("deploy/")?;
    match name.split_once('@') {
        Some((name, _)) => places.get(name).map(|(first, _)| *first),
        None => places.get(name).map(|(_, last)| *last),
    }
}

/// Returns true if a file reverts another, by its name or by that of its folder.
fn is_reverse(path: &str, all: &BTreeSet<String>) -> bool {
    const BACK: &[&str] = &["down", "undo", "rollback", "revert", "rev", "verify", "backward"];
    const FORTH: &[&str] = &["up", "do", "deploy", "apply", "migrate", "forward"];
    let path = path.to_lowercase();
    let (folder, file) = path.rsplit_once('/').map_or(("", path.as_str()), |(folder, file)| (folder, file));
    let stem = without(file, ".sql");
    let beside = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
    // `1.down.sql` and `1.undo.name.sql`, as tools name them.
    let mut parts = stem.split('.').skip(1);
    if BACK.contains(&stem) && stem == "down" || parts.any(|part| part == "down" || part == "undo") {
        return true;
    }
    if BACK.contains(&stem) && FORTH.iter().any(|forth| all.contains(&beside(format!("{forth}.sql")))) {
        return true;
    }
    // Other names are those of migrations, unless the other half is there.
    let named =
        stem.rsplit_once(['.', '_', '-']).filter(|(_, last)| BACK.contains(last)).is_some_and(|(base, last)| {
            let sign = stem.get(base.len()..stem.len() - last.len()).unwrap_or_default();
            all.contains(&beside(format!("{base}.sql")))
                || FORTH.iter().any(|forth| all.contains(&beside(format!("{base}{sign}{forth}.sql"))))
        });
    let mut folders = folder.rsplitn(2, '/');
    let last = folders.next().unwrap_or_default();
    let around = folders.next().map_or_else(String::new, |around| format!("{around}/"));
    let plain = last.trim_end_matches('s');
    named
        || BACK.contains(&plain)
            && (all.contains(&format!("{around}{file}"))
                || FORTH.iter().any(|forth| {
                    all.contains(&format!("{around}{forth}/{file}"))
                        || all.contains(&format!("{around}{forth}s/{file}"))
                }))
}

/// A version of Flyway: its numbers, without zeros before them or after them.
type Version = Vec<(usize, String)>;

/// Returns the kind and the version in the name of a file of Flyway: `V1_2__name.sql`, `U1.2__name.sql`,
/// `R__name.sql`, `B1__name.sql`.
fn flyway(path: &str) -> Option<(char, Version)> {
    let file = path.rsplit('/').next().unwrap_or_default();
    let kind = file.chars().next().filter(|kind| matches!(kind, 'V' | 'v' | 'U' | 'R' | 'B'))?;
    let (version, _) = file.get(1..)?.split_once("__")?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !version.split(['.', '_']).all(digits) || version.is_empty() != (kind == 'R') {
        return None;
    }
    // A longer number is greater, of any length.
    let number = |part: &str| {
        let part = part.trim_start_matches('0');
        (part.len(), part.to_owned())
    };
    let mut numbers: Version = version.split(['.', '_']).map(number).collect();
    while numbers.last().is_some_and(|(length, _)| *length == 0) {
        numbers.pop();
    }
    Some((kind.to_ascii_lowercase(), numbers))
}

/// Compares two paths. Versions of Flyway are compared by part, in whatever folder, and repeatable files are last.
/// Otherwise numbers of up to seven digits count by their value, so that 2 comes before 10.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let (x, y) = (flyway(a), flyway(b));
    let class = |path: &str, of: &Option<(char, Version)>| match of {
        // MyBatis runs it before all others.
        None if name(path) == "bootstrap.sql" => 0,
        None => 1,
        Some((kind, _)) => {
            if *kind == 'r' {
                3
            } else {
                2
            }
        }
    };
    let inside = || match (&x, &y) {
        (Some(('r', _)), _) => name(a).cmp(&name(b)),
        (Some((_, x)), Some((_, y))) => x.cmp(y),
        _ => by_numbers(dated(a).as_bytes(), dated(b).as_bytes()),
    };
    class(a, &x).cmp(&class(b, &y)).then_with(inside).then_with(|| a.cmp(b))
}

/// Returns a path with each day at the beginning of a name in the form without dashes: `2017-06-01-000000_b`.
fn dated(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let end = part.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'-').unwrap_or(part.len());
        let (version, rest) = part.split_at(end);
        match version.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _, ..] => {
                let keep = if version.ends_with('-') { "-" } else { "" };
                format!("{}{keep}{rest}", version.replace('-', ""))
            }
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn by_numbers(mut left: &[u8], mut right: &[u8]) -> Ordering {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    loop {
        let runs = (digits(left), digits(right));
        let (x, y) = if runs.0 > 0 && runs.1 > 0 { runs } else { (left.len().min(1), right.len().min(1)) };
        if x == 0 || y == 0 {
            return x.cmp(&y);
        }
        // Longer numbers are days, which are compared as texts.
        let number = |run: &[u8]| {
            let value =
                run.iter().fold(0u32, |value, digit| value.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')));
            if run.len() < 8 { (false, value) } else { (true, 0) }
        };
        let of_runs = if runs.0 > 0 && runs.1 > 0 {
            number(&left[..x]).cmp(&number(&right[..y])).then_with(|| match x < 8 {
                true => Ordering::Equal,
                false => left[..x].cmp(&right[..y]),
            })
        } else {
            left[..x].cmp(&right[..y])
        };
        if of_runs != Ordering::Equal {
            return of_runs;
        }
        (left, right) = (&left[x..], &right[y..]);
    }
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
