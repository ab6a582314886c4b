//! Days that are known to the month, quarter, half-year or year only, such as `Q2 2027`.

use jiff::civil::Date;

/// The months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month, quarter, half-year or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The year.
    pub year: i16,
    /// The part of the year.
    pub part: Part,
}

/// A part of a year, with its number from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A month.
    Month(i8),
    /// A quarter.
    Quarter(i8),
    /// A half-year.
    Half(i8),
    /// The whole year.
    Year,
}

impl Term {
    /// Reads `2027`, `2027-05`, `May 2027`, `Q2 2027` or `H1 2027`.
    pub(super) fn read(text: &str) -> Option<Term> {
        let (one, other) = text.trim().split_once([' ', '-']).unwrap_or((text.trim(), ""));
        let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let (year, part) = if is_year(one) { (one, other) } else { (other, one) };
        let year: i16 = is_year(year).then(|| year.parse().ok()).flatten().filter(|year| *year > 0)?;
        let number = |text: &str, most: i8| text.parse::<i8>().ok().filter(|number| (1..=most).contains(number));
        let part = match part.split_at_checked(1) {
            None if text.trim().len() == 4 => Part::Year,
            Some(("Q" | "q", quarter)) => Part::Quarter(number(quarter, 4)?),
            Some(("H" | "h", half)) => Part::Half(number(half, 2)?),
            Some(("0" | "1", _)) if part.len() == 2 => Part::Month(number(part, 12)?),
            _ => Part::Month((1..).zip(MONTHS).find(|(_, month)| month.eq_ignore_ascii_case(part))?.0),
        };
        Some(Term { year, part })
    }

    /// Returns true if a day is in it.
    pub fn has(self, day: Date) -> bool {
        let months = match self.part {
            Part::Month(_) => 1,
            Part::Quarter(_) => 3,
            Part::Half(_) => 6,
            Part::Year => 12,
        };
        day.year() == self.year
            && self.last().is_some_and(|last| (last.month() - months + 1..=last.month()).contains(&day.month()))
    }

    /// The last day.
    pub fn last(self) -> Option<Date> {
        let month = match self.part {
            Part::Month(month) => month,
            Part::Quarter(quarter) => quarter * 3,
            Part::Half(half) => half * 6,
            Part::Year => 12,
        };
        Date::new(self.year, month, 1).ok().map(Date::last_of_month)
    }

    /// The notation for machines: `2027`, `2027-05`, `2027-Q2` or `2027-H1`.
    pub fn iso(self) -> String {
        let year = self.year;
        match self.part {
            Part::Month(month) => format!("{year:04}-{month:02}"),
            Part::Quarter(quarter) => format!("{year:04}-Q{quarter}"),
            Part::Half(half) => format!("{year:04}-H{half}"),
            Part::Year => format!("{year:04}"),
        }
    }

    /// The words of an English page: `2027`, `May 2027`, `Q2 2027` or `first half of 2027`.
    pub fn words(self) -> String {
        let year = self.year;
        match self.part {
            Part::Month(month) => {
                format!("{} {year}", MONTHS.get(usize::from(month.unsigned_abs()) - 1).copied().unwrap_or_default())
            }
            Part::Quarter(quarter) => format!("Q{quarter} {year}"),
            Part::Half(half) => format!("{} half of {year}", if half == 1 { "first" } else { "second" }),
            Part::Year => year.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Term;

    #[test]
    fn terms_are_read_as_vendors_state_them() {
        for (text, iso, words, last) in [
            ("Q2 2027", "2027-Q2", "Q2 2027", "2027-06-30"),
            ("2027-Q4", "2027-Q4", "Q4 2027", "2027-12-31"),
            ("H1 2027", "2027-H1", "first half of 2027", "2027-06-30"),
            ("2028-02", "2028-02", "February 2028", "2028-02-29"),
            ("May 2027", "2027-05", "May 2027", "2027-05-31"),
            ("2027", "2027", "2027", "2027-12-31"),
        ] {
            let term = Term::read(text).unwrap();
            assert_eq!((term.iso().as_str(), term.words().as_str()), (iso, words), "{text}");
            assert_eq!(term.last().unwrap().to_string(), last, "{text}");
        }
        let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
        let quarter = Term::read("Q2 2027").unwrap();
        assert!(quarter.has(day("2027-04-01")) && quarter.has(day("2027-06-30")));
        assert!(!quarter.has(day("2027-03-31")) && !quarter.has(day("2026-05-01")));
        for text in ["Q5 2027", "H3 2027", "2027-13", "2027-00", "soon", "", "27", "Q2", "2027 2028", "2027-", "0000"] {
            assert_eq!(Term::read(text), None, "{text}");
        }
    }
}
