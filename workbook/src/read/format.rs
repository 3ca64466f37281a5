//! Number formats, as far as they change what a person sees: a percent sign shows the value times 100.

/// Whether a number format shows a percentage. Quoted and escaped signs are decoration; the first section counts.
pub(super) fn is_percent(code: &str) -> bool {
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => return true,
            ';' => return false,
            '\\' | '_' | '*' => drop(chars.next()),
            '"' => drop(chars.find(|c| *c == '"')),
            '[' => drop(chars.find(|c| *c == ']')),
            _ => {}
        }
    }
    false
}

/// Whether a built-in format of that number shows a percentage: `0%` and `0.00%` (ECMA-376 part 1, 18.8.30).
pub(super) const fn is_builtin_percent(id: u16) -> bool {
    matches!(id, 9 | 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.00%", true)]
    #[case("#,##0.0 %;[Red]-0.0%", true)]
    #[case("[>=1]0%", true)]
    #[case("0.00", false)]
    #[case("0\"%\"", false)]
    #[case("0\\%", false)]
    #[case("0;0%", false)]
    #[case("0\"", false)]
    fn percent(#[case] code: &str, #[case] expected: bool) {
        assert_eq!(is_percent(code), expected);
    }
}
