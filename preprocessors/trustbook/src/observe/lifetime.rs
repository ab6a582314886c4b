//! The lifetime of a cookie in seconds, rounded so that the same cookie gives the same number each time.

/// The longest lifetime that browsers allow, in seconds (RFC 6265bis section 5.5).
const LONGEST: i64 = 400 * 86_400;
/// The largest delay between setting a cookie and reading it, in seconds.
const LATE: i64 = 10;

/// Returns the original lifetime from the remaining one: up to [`LATE`] seconds short of a whole minute is rounded up.
pub(super) fn left(seconds: i64) -> i64 {
    let missing = (60 - seconds.rem_euclid(60)) % 60;
    let whole = if seconds > 60 && missing <= LATE { seconds + missing } else { seconds };
    capped(whole)
}

/// Returns a lifetime within the limits of browsers.
pub(super) fn capped(seconds: i64) -> i64 {
    seconds.clamp(0, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_later_it_is_still_the_same() {
        assert_eq!([3600, 3599, 3591, 3590, 3589, 59, 10].map(left), [3600, 3600, 3600, 3600, 3589, 59, 10]);
        assert_eq!(left(500 * 86_400), 400 * 86_400);
        assert_eq!(left(-5), 0);
    }
}
