//! What people type into search fields.

use domain::normalize;
use sea_orm::{ConnectionTrait, DbBackend};

/// Characters looked at: no name is longer.
const MOST: usize = 100;
/// Digits that tell a mobile number from any other number at least.
const MOBILE_DIGITS: usize = 4;

/// The text without what no database could look for: PostgreSQL takes no NUL, and nothing of any length is worth a search.
pub(crate) fn typed(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// The condition that a text contains what the parameter `$n` says, which no pattern's signs can disturb. On PostgreSQL it
/// takes half as long as LIKE.
pub(crate) fn contains(db: &impl ConnectionTrait, text: &str, n: usize) -> String {
    match db.get_database_backend() {
        DbBackend::Postgres => format!("strpos({text}, ${n}) > 0"),
        _ => format!("instr({text}, ${n}) > 0"),
    }
}

/// The text of a search field, in the forms in which the columns of units and purchasers are compared with it.
pub(crate) struct SearchTerm {
    /// The text as a name, in the form that `name_key` has, in lower case.
    pub(crate) name: String,
    /// The text as a code or a login name, in the form in which these are stored. The name if it cannot be a code.
    code: String,
    /// The last digits of a mobile number, if the text is at least four digits.
    number: Option<String>,
}

impl SearchTerm {
    /// `None` if the field is empty.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let typed = typed(text);
        let name = normalize::text(&typed);
        let name = normalize::same_name(name.as_deref().unwrap_or(&typed)).to_ascii_lowercase();
        if name.is_empty() {
            return None;
        }
        let code = normalize::compact(&typed).unwrap_or_else(|| typed.clone()).to_ascii_lowercase();
        let number = normalize::mobile(&typed).unwrap_or_else(|| code.clone());
        let is_number = number.len() >= MOBILE_DIGITS && number.bytes().all(|b| b.is_ascii_digit());
        let code = if code.is_ascii() && !code.is_empty() { code } else { name.clone() };
        Some(Self { name, code, number: is_number.then_some(number) })
    }

    /// The conditions on the columns `search_text` and `mobile` of a table: a row matches if one of them holds. `bind` takes
    /// the value of a parameter and returns its number.
    pub(crate) fn conditions(
        &self,
        db: &impl ConnectionTrait,
        table: &str,
        mut bind: impl FnMut(String) -> usize,
    ) -> Vec<String> {
        let search_text = format!("{table}.search_text");
        let mut any = vec![contains(db, &search_text, bind(self.name.clone()))];
        if self.code != self.name {
            any.push(contains(db, &search_text, bind(self.code.clone())));
        }
        if let Some(number) = &self.number {
            any.push(format!("{table}.mobile LIKE ${}", bind(format!("%{number}"))));
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" 第一\0小学\n", "第一小学")]
    #[case(&"长".repeat(101), &"长".repeat(100))]
    fn searches(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(typed(text), kept);
    }
}
