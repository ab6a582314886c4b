//! Days that are known to a part of a year or the year only, such as `Q2 2027`.

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

/// Returns a month by its English name or the beginning of it, of three letters or more, whatever the case.
pub fn month(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let is_it = |month: &str| name.len() > 2 && month.to_lowercase().starts_with(&name);
    (1..).zip(MONTHS).find(|(_, month)| is_it(month)).map(|(month, _)| month)
}

/// A year or a part of one.
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
    /// The beginning, the middle or the end, from 1 to 3.
    Third(i8),
    /// The whole year.
    Year,
}

impl Term {
    /// Reads `2027`, `2027-05`, `May 2027`, `Q2 2027`, `H1 2027`, `first half of 2027` or `early 2027`.
    pub(super) fn read(text: &str) -> Option<Term> {
        let text = text.trim();
        let is_year = |text: &&str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let (year, part) =
            match (text.get(..4).filter(is_year), text.len().checked_sub(4).and_then(|at| text.get(at..))) {
                (Some(year), _) => (year, &text[4..]),
                (None, Some(year)) if is_year(&year) => (year, &text[..text.len() - 4]),
                _ => return None,
            };
        let year: i16 = year.parse().ok().filter(|year| *year > 0)?;
        if !part.is_empty() && !part.starts_with([' ', '-', '/']) && !part.ends_with([' ', '-', '/']) {
            return None;
        }
        let part = part.trim_matches([' ', '-', '/', '.']).to_lowercase();
        let part = part.trim_end_matches(" of");
        let number = |text: &str, most: i8| text.parse::<i8>().ok().filter(|number| (1..=most).contains(number));
        let ordinals = ["first", "second", "third", "fourth"];
        let ordinal = |word: &str| (1..).zip(ordinals).find(|(_, known)| *known == word).map(|(at, _)| at);
        let part = match part.split_once(' ').unwrap_or((part, "")) {
            ("", _) if text.len() == 4 => Part::Year,
            ("early" | "beginning", "") => Part::Third(1),
            ("mid" | "middle", "") => Part::Third(2),
            ("late" | "end", "") => Part::Third(3),
            (word, "half") => Part::Half(ordinal(word).filter(|half| *half < 3)?),
            (word, "quarter") => Part::Quarter(ordinal(word)?),
            (word, "") => match word.split_at_checked(1)? {
                ("q", quarter) => Part::Quarter(number(quarter, 4)?),
                ("h", half) => Part::Half(number(half, 2)?),
                ("0" | "1", _) if word.len() == 2 => Part::Month(number(word, 12)?),
                _ => Part::Month(month(word)?),
            },
            _ => return None,
        };
        Some(Term { year, part })
    }

    /// Returns true if a day is in it.
    pub fn has(self, day: Date) -> bool {
        let months = match self.part {
            Part::Month(_) => 1,
            Part::Quarter(_) => 3,
            Part::Half(_) => 6,
            Part::Third(_) => 4,
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
            Part::Third(third) => third * 4,
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
            // Nothing more is certain for machines.
            Part::Third(_) | Part::Year => format!("{year:04}"),
        }
    }

    /// The words of an English page: `2027`, `May 2027`, `Q2 2027`, `first half of 2027` or `early 2027`.
    pub fn words(self) -> String {
        let year = self.year;
        match self.part {
            Part::Month(month) => {
                format!("{} {year}", MONTHS.get(usize::from(month.unsigned_abs()) - 1).copied().unwrap_or_default())
            }
            Part::Quarter(quarter) => format!("Q{quarter} {year}"),
            Part::Half(half) => format!("{} half of {year}", if half == 1 { "first" } else { "second" }),
            Part::Third(third) => format!("{} {year}", ["early", "mid", "late"][usize::from(third.unsigned_abs() - 1)]),
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
            ("Q3/2027", "2027-Q3", "Q3 2027", "2027-09-30"),
            ("second quarter of 2027", "2027-Q2", "Q2 2027", "2027-06-30"),
            ("first half of 2027", "2027-H1", "first half of 2027", "2027-06-30"),
            ("Sept. 2027", "2027-09", "September 2027", "2027-09-30"),
            ("mid-2027", "2027", "mid 2027", "2027-08-31"),
            ("end of 2027", "2027", "late 2027", "2027-12-31"),
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
        for text in [
            "Q5 2027",
            "H3 2027",
            "2027-13",
            "2027-00",
            "soon",
            "",
            "27",
            "Q2",
            "2027 2028",
            "0000",
            "third half of 2027",
            "FY2027",
            "Ma 2027",
            "by Q2 2027",
            "é 2027",
            "2027é",
        ] {
            assert_eq!(Term::read(text), None, "{text}");
        }
    }
}
