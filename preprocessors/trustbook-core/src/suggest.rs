//! "Did you mean": the nearest of some names.

/// The longest name that is compared, in bytes.
const LONGEST: usize = 200;

/// The candidate nearest to `given`, where one is near enough to be what the writer meant.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Nobody misspells a text of this length, and comparing two of them takes long.
    if given.len() > LONGEST {
        return None;
    }
    let lower = given.to_lowercase();
    // A name that was meant is about as long; this spares the costly comparison for most.
    let near_length = |candidate: &&str| candidate.len().abs_diff(given.len()) <= 3 + given.len() / 3;
    candidates
        .into_iter()
        .filter(near_length)
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// The id that `given` means: one that it is a slip of, else one of the same group whose name has its words, else one
/// that reads almost the same. `None` where the best of them is poor.
pub fn meant<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let parts =
        |id: &str| id.rsplit_once('.').map_or((String::new(), id.to_owned()), |(a, b)| (a.to_owned(), b.to_owned()));
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
        // What both begin with says nothing: `vendor.name` is not almost `vendor.phone`.
        let (near_group, near_name) = parts(near);
        (near_group != group || strsim::normalized_damerau_levenshtein(&name, &near_name) >= 0.4).then_some(near)
    };
    slip(given, candidates.iter().copied()).or_else(related).or_else(alike)
}

/// The candidate that `given` is a slip of: one or two letters, a plural, a separator or upper case apart. `None` where
/// it is the name of one.
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
            // Most names have other letters, which is seen without the costly comparison.
            false if other_letters(&lower, &candidate.to_lowercase()) > 2 * most => continue,
            false => strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
        };
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many letters of two names are not in the other.
fn other_letters(a: &str, b: &str) -> usize {
    let mut counts = [0_i64; 256];
    a.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    b.bytes().for_each(|byte| counts[usize::from(byte)] -= 1);
    counts.iter().map(|count| count.unsigned_abs() as usize).sum()
}

/// Names in backticks with commas: "`a`, `b` and `c`".
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
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
