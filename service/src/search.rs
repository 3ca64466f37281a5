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

/// What was typed to find units or purchasers by.
pub(crate) struct Sought {
    /// As names are compared, in lower case.
    pub(crate) name: String,
    /// As codes and login names are, which nobody need type as they are stored; the name where it can be neither.
    code: String,
    /// The last digits of a mobile number.
    number: Option<String>,
}

impl Sought {
    /// `None` where nothing was typed.
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

    /// The conditions on the columns `sought` and `mobile` of a table, any of which finds it; `bind` takes a parameter and
    /// gives its number.
    pub(crate) fn conditions(
        &self,
        db: &impl ConnectionTrait,
        table: &str,
        mut bind: impl FnMut(String) -> usize,
    ) -> Vec<String> {
        let sought = format!("{table}.sought");
        let mut any = vec![contains(db, &sought, bind(self.name.clone()))];
        if self.code != self.name {
            any.push(contains(db, &sought, bind(self.code.clone())));
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
