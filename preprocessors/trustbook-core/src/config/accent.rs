//! `accent`: the one colour of a book, limited to colours that people can read (WCAG 2.2, success criterion 1.4.3).

/// The accent on a light and on a dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// The colour as the book gives it.
    pub light: Colour,
    /// The same colour, lightened until it is legible on the dark ground.
    pub dark: Colour,
}

/// The reason why a colour cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// The message, as a phrase.
    pub why: String,
    /// The edit that helps.
    pub help: String,
}

/// Red, green and blue, 0 to 255 each (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// The minimum contrast of text (level AA).
const CONTRAST: f64 = 4.5;
/// The ground of a page, light and dark; `theme/css/site.css` has the same values.
const GROUND: [Colour; 2] = [Colour([0xff; 3]), Colour([0x14, 0x18, 0x1a])];
/// The ground of raised parts, light and dark.
const RAISED: [Colour; 2] = [Colour([0xf5, 0xf7, 0xf6]), Colour([0x1c, 0x21, 0x24])];
/// The share of the accent in the ground of the current chapter, in hundredths; the style sheet has the same value.
pub const TINT: u32 = 10;

/// Reads a colour such as `#24614a`.
///
/// # Errors
/// Returns an error if it is not a colour, or if text in it would not be legible on a light ground.
pub fn read(text: &str) -> Result<Accent, Unfit> {
    let light = Colour::parse(text).ok_or_else(|| Unfit {
        why: format!("`accent` is no colour: `{text}`"),
        help: "write six hexadecimal digits behind a `#`, such as `#24614a`".to_owned(),
    })?;
    if !light.is_legible(0) {
        let ratio = light.contrast(GROUND[0]);
        return Err(Unfit {
            why: format!(
                "`accent` is too light for text: its contrast with the page is {ratio:.1} to 1, and {CONTRAST} is needed"
            ),
            help: format!("the nearest darker one is `{}`", toward(light, Colour([0; 3]), 0)),
        });
    }
    Ok(Accent { light, dark: toward(light, Colour([0xff; 3]), 1) })
}

/// Returns the first colour between two that is legible on a ground.
fn toward(from: Colour, to: Colour, ground: usize) -> Colour {
    (0..=100).map(|share| from.mixed(to, share)).find(|colour| colour.is_legible(ground)).unwrap_or(to)
}

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let digits: Vec<u8> = digits.chars().map(digit).collect::<Option<_>>()?;
        match digits.as_slice() {
            [r, g, b] => Some(Colour([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(Colour([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    /// Returns true if text in this colour is legible everywhere on a light (0) or dark (1) page.
    fn is_legible(self, ground: usize) -> bool {
        let tinted = GROUND[ground].mixed(self, TINT);
        [GROUND[ground], RAISED[ground], tinted].into_iter().all(|behind| self.contrast(behind) >= CONTRAST)
    }

    /// Mixes in a share of another colour, in hundredths.
    fn mixed(self, other: Colour, share: u32) -> Colour {
        let mut mixed = [0; 3];
        for (into, (a, b)) in mixed.iter_mut().zip(self.0.into_iter().zip(other.0)) {
            let sum = u32::from(a) * (100 - share) + u32::from(b) * share;
            *into = u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX);
        }
        Colour(mixed)
    }

    fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Returns the relative luminance, as WCAG 2.2 defines it.
    fn luminance(self) -> f64 {
        let linear = |part: u8| match f64::from(part) / 255.0 {
            part if part <= 0.04045 => part / 12.92,
            part => ((part + 0.055) / 1.055).powf(2.4),
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_the_standard() {
        let [white, black] = [Colour([255; 3]), Colour([0; 3])];
        assert!((white.contrast(black) - 21.0).abs() < 1e-9);
        assert!((Colour::parse("#767676").unwrap().contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_colour_that_is_taken_can_be_read_and_every_other_has_a_way_out() {
        let steps = || (0..=255).step_by(17);
        for (r, g, b) in steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| (r, g, b)))) {
            let text = format!("#{r:02x}{g:02x}{b:02x}");
            match read(&text) {
                Ok(accent) => {
                    assert!(accent.light.is_legible(0) && accent.dark.is_legible(1), "{text}: {accent:?}");
                }
                Err(unfit) => {
                    let named = unfit.help.split('`').nth(1).unwrap();
                    assert!(read(named).is_ok(), "{text}: {named}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "green", "#12345", "24614a", "#24614a;}body{display:none", "#\u{ff11}23", "rgb(1,2,3)"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(read("#246").unwrap().light, read("#224466").unwrap().light);
    }
}
