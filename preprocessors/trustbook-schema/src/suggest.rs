//! "Did you mean": the search for the nearest of several names.

/// The longest name to compare, in bytes.
const LONGEST: usize = 200;

/// Returns the candidate nearest to `given`, if it is near enough to be what the writer meant.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A text of this length is not a misspelt name, and comparing it would be slow.
    if given.len() > LONGEST {
        return None;
    }
    let lower = given.to_lowercase();
    // A name that was meant has a similar length; this avoids most of the costly comparisons.
    let near_length = |candidate: &&str| candidate.len().abs_diff(given.len()) <= 3 + given.len() / 3;
    candidates
        .into_iter()
        .filter(near_length)
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// Returns the id that `given` probably means. A candidate that differs by a slip comes first, then one of the same
/// group that shares its words, then a similar one. `None` if the best of them is poor.
pub fn meant<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let is_path = given.contains('/') || given.ends_with(".html");
    let parts = |id: &str| {
        let (group, name) = id.rsplit_once(if is_path { '/' } else { '.' }).unwrap_or(("", id));
        let name = if is_path { name.split('.').next().unwrap_or(name) } else { name };
        (group.to_owned(), name.to_owned())
    };
    let (group, name) = parts(given);
    let has_words = |long: &str, short: &str| {
        let of_long: Vec<&str> = long.split(['_', '-']).collect();
        short.split(['_', '-']).all(|word| of_long.contains(&word))
    };
    let related = || {
        let same = candidates.iter().copied().filter(|id| !group.is_empty() && parts(id).0 == group);
        let related = same.filter(|id| has_words(&parts(id).1, &name) || has_words(&name, &parts(id).1));
        related.min_by_key(|id| id.len())
    };
    let alike = || {
        let near = nearest(given, candidates.iter().copied())?;
        // A common beginning proves nothing: `vendor.name` does not mean `vendor.phone`. Nor does the ending of a path.
        let (near_group, near_name) = parts(near);
        (near_group != group && !is_path || strsim::normalized_damerau_levenshtein(&name, &near_name) >= 0.4)
            .then_some(near)
    };
    slip(given, candidates.iter().copied()).or_else(related).or_else(alike)
}

/// Returns the candidate that differs from `given` by a slip: one or two letters, a plural, a separator or upper case.
/// `None` if `given` is itself a candidate.
pub fn slip<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let plain = |name: &str| {
        let parts = name.split(|c: char| !c.is_alphanumeric() && c != '.');
        parts.map(|part| part.to_lowercase().trim_end_matches('s').to_owned()).collect::<String>()
    };
    let most = if given.len() < 8 { 1 } else { 2 };
    let (lower, own) = (given.to_lowercase(), plain(given));
    let mut best: Option<(usize, &str)> = None;
    if given.len() > LONGEST {
        return None;
    }
    for candidate in candidates.into_iter().filter(|known| known.len().abs_diff(given.len()) <= 2) {
        if candidate == given {
            return None;
        }
        let distance = match own == plain(candidate) {
            true => 0,
            // Most names have other letters, which is detected without the costly comparison.
            false if other_letters(&lower, &candidate.to_lowercase()) > 2 * most => continue,
            false => strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
        };
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the number of letters of two names that the other one lacks.
fn other_letters(a: &str, b: &str) -> usize {
    let mut counts = [0_i64; 256];
    a.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    b.bytes().for_each(|byte| counts[usize::from(byte)] -= 1);
    counts.iter().map(|count| count.unsigned_abs() as usize).sum()
}

/// Joins names in backticks: "`a`, `b` and `c`".
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["vendor.legal_name", "vendor.phone", "region.us-west.place"];
        assert_eq!(nearest("vendor.legal_nam", names), Some("vendor.legal_name"));
        assert_eq!(nearest("zzz", names), None);
        for given in
            ["vendor.legal-name", "vendor.legal_names", "vendor.legalname", "Vendor.legal_nam", "vender.legal_name"]
        {
            assert_eq!(slip(given, names), Some("vendor.legal_name"), "{given}");
        }
        for given in ["vendor.legal_name", "vendor.name", "vendor.legal_entity"] {
            assert_eq!(slip(given, names), None, "{given}");
        }
        assert_eq!(meant("vendor.name", names), Some("vendor.legal_name"));
        assert_eq!(meant("vendor.fax", names), None);
        assert_eq!(meant("vendor.fone", ["vendor.name", "vendor.phone"]), Some("vendor.phone"));
        let pages = ["programming/ec.html", "programming.html", "setup/bevy-tools.html", "intro.html"];
        assert_eq!(meant("programming/deferred.html", pages), None);
        assert_eq!(meant("programming/sub-apps.html", pages), None);
        assert_eq!(meant("setup/tools.html", pages), Some("setup/bevy-tools.html"));
        assert_eq!(meant("intr.html", pages), Some("intro.html"));
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
