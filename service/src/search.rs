//! Search terms: texts typed into search fields.

use crate::sql::text::contains;
use domain::normalize;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, sea_query::LikeExpr};

/// Characters of a search term at most: no name is longer.
const MAX_CHARS: usize = 100;
/// Digits that a search for a mobile number needs at least; fewer digits are part of a code.
const MIN_MOBILE_DIGITS: usize = 4;

/// The text without control characters, which PostgreSQL refuses in part (NUL), and cut to a length that a search is worth.
pub(crate) fn typed(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

/// A search term, in the forms in which the columns are searched.
pub(crate) struct SearchTerm {
    /// In the form in which names are compared, in lower case.
    pub(crate) name: String,
    /// In the form of codes and login names, in lower case; the name if it can be neither.
    code: String,
    /// The last digits of a mobile number, if it can be one.
    number: Option<String>,
}

impl SearchTerm {
    /// `None` if nothing was typed.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let typed = typed(text);
        let name = normalize::text(&typed);
        let name = normalize::same_name(name.as_deref().unwrap_or(&typed)).to_ascii_lowercase();
        if name.is_empty() {
            return None;
        }
        let code = normalize::compact(&typed).unwrap_or_else(|| typed.clone()).to_ascii_lowercase();
        let number = normalize::mobile(&typed).unwrap_or_else(|| code.clone());
        let is_number = number.len() >= MIN_MOBILE_DIGITS && number.bytes().all(|b| b.is_ascii_digit());
        let code = if code.is_ascii() && !code.is_empty() { code } else { name.clone() };
        Some(Self { name, code, number: is_number.then_some(number) })
    }

    /// Whether one of these columns matches: the search text contains the term, or the mobile number ends in it.
    pub(crate) fn condition(
        &self,
        db: &impl ConnectionTrait,
        search_text: impl ColumnTrait,
        mobile: impl ColumnTrait,
    ) -> Condition {
        let by_code = (self.code != self.name).then(|| contains(db, search_text.into_expr(), &self.code));
        let by_mobile = self.number.as_ref().map(|number| mobile.like(LikeExpr::new(format!("%{number}"))));
        Condition::any()
            .add(contains(db, search_text.into_expr(), &self.name))
            .add_option(by_code)
            .add_option(by_mobile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" 第一\0小学\n", "第一小学")]
    #[case(&"长".repeat(101), &"长".repeat(100))]
    fn a_typed_text_is_tidied(#[case] text: &str, #[case] tidied: &str) {
        assert_eq!(typed(text), tidied);
    }
}
