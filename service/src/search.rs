//! What people type into search fields.

use sea_orm::{ConnectionTrait, DbBackend};

/// Characters looked at: no name is longer.
const MOST: usize = 100;

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
