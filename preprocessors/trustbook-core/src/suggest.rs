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
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
