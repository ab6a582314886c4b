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
            false => strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
        };
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
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
        for given in ["vendor.legal-name", "vendor.legal_names", "vendor.legalname", "Vendor.legal_nam", "vender.legal_name"] {
            assert_eq!(slip(given, names), Some("vendor.legal_name"), "{given}");
        }
        for given in ["vendor.legal_name", "vendor.name", "vendor.legal_entity"] {
            assert_eq!(slip(given, names), None, "{given}");
        }
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
