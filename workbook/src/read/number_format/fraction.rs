//! Fractions such as `# ?/?` and `# ??/100`.

use super::Token;
use std::fmt::Write as _;

/// Where a section shows a fraction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fraction {
    /// Index of the first place of the number, and of the first token behind it.
    places: (usize, usize),
    /// Whether the whole part has places of its own.
    has_whole: bool,
    /// Whether the whole part is shown although it is 0.
    shows_zero: bool,
    denominator: Denominator,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Denominator {
    Fixed(f64),
    AtMost(f64),
}

const fn is_digit(token: &Token) -> bool {
    matches!(token, Token::Digit(_))
}

impl Fraction {
    /// Finds a slash between the places of a numerator and a denominator, which may be a number.
    pub(super) fn parse(tokens: &[Token]) -> Option<Self> {
        /// Spreadsheet programs accept no more digits of a denominator.
        const MAX_DIGITS: usize = 7;
        let slash = tokens.iter().position(|token| *token == Token::Slash)?;
        let (before, behind) = (tokens.get(..slash)?, tokens.get(slash + 1..)?);
        let start = before.iter().position(is_digit)?;
        let last = before.iter().rposition(is_digit)?;
        let numerator = before.get(..last)?.iter().rposition(|token| !is_digit(token)).map_or(0, |other| other + 1);
        let whole = before.get(start..numerator).unwrap_or_default();
        // The zeros of a fixed denominator look like places.
        let mut text = String::new();
        let mut end = slash + 1;
        for token in behind {
            match token {
                Token::Digit(place) => text.push(*place),
                Token::Literal(literal) if literal.bytes().all(|c| c.is_ascii_digit()) => text.push_str(literal),
                _ => break,
            }
            end += 1;
        }
        let denominator = match text.parse::<u32>() {
            Ok(fixed) if fixed > 0 => Denominator::Fixed(fixed.into()),
            _ if text.is_empty() => return None,
            _ => Denominator::AtMost(10_f64.powi(i32::try_from(text.len().min(MAX_DIGITS)).ok()?) - 1.0),
        };
        Some(Self {
            places: (start, end),
            has_whole: whole.iter().any(is_digit),
            shows_zero: whole.contains(&Token::Digit('0')),
            denominator,
        })
    }

    /// Writes a number without its sign. Returns whether a digit is not 0.
    pub(super) fn write(&self, tokens: &[Token], value: f64, to: &mut String) -> bool {
        let value = value.abs();
        let mut whole = if self.has_whole { value.floor() } else { 0.0 };
        let (mut numerator, denominator) = match self.denominator {
            Denominator::Fixed(denominator) => (((value - whole) * denominator).round(), denominator),
            Denominator::AtMost(most) => nearest_fraction(value - whole, most),
        };
        if self.has_whole && numerator >= denominator {
            (whole, numerator) = (whole + 1.0, 0.0);
        }
        for (index, token) in tokens.iter().enumerate() {
            if index == self.places.0 {
                let shows_whole = self.has_whole && (whole > 0.0 || numerator == 0.0 || self.shows_zero);
                if shows_whole {
                    let _ = write!(to, "{whole}");
                }
                if shows_whole && numerator > 0.0 {
                    to.push(' ');
                }
                if numerator > 0.0 || !self.has_whole {
                    let _ = write!(to, "{numerator}/{denominator}");
                }
            }
            if (self.places.0..self.places.1).contains(&index) {
                continue;
            }
            match token {
                Token::Literal(text) => to.push_str(text),
                Token::Percent => to.push('%'),
                _ => {}
            }
        }
        whole > 0.0 || numerator > 0.0
    }
}

/// The fraction by continued fractions that is nearest to a value, with a denominator of at most `most`.
fn nearest_fraction(value: f64, most: f64) -> (f64, f64) {
    /// A smaller rest is an error of the stored number.
    const SMALLEST_REST: f64 = 5e-8;
    let (mut before, mut found) = ((0.0, 1.0), (1.0, 0.0));
    let mut rest = value;
    loop {
        let step = rest.floor();
        let next = (step * found.0 + before.0, step * found.1 + before.1);
        if next.1 > most {
            return found;
        }
        (before, found) = (found, next);
        if rest - step < SMALLEST_REST {
            return found;
        }
        rest = 1.0 / (rest - step);
    }
}
