//! What people type into search fields.

/// Characters looked at: no name is longer.
const MOST: usize = 100;

/// The text without what no database could look for: PostgreSQL takes no NUL, and SQLite no pattern of any length.
pub(crate) fn typed(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// A LIKE pattern for texts that contain this one, whose own `%` and `_` mean themselves; with `ESCAPE '\'`.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("小学", "%小学%")]
    #[case("100%", r"%100\%%")]
    #[case(r"a_b\c", r"%a\_b\\c%")]
    fn patterns(#[case] text: &str, #[case] pattern: &str) {
        assert_eq!(contains(text), pattern);
    }

    #[rstest]
    #[case(" 第一\0小学\n", "第一小学")]
    #[case(&"长".repeat(101), &"长".repeat(100))]
    fn searches(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(typed(text), kept);
    }
}
