//! Tidying what a person would not call a mistake: full-width digits and letters, outer and non-breaking spaces, case
//! of codes. Every change is told as a `normalized` finding, so nothing is altered behind the reader's back.

/// Text with outer white space, invisible characters and Excel's non-breaking spaces taken away. Inner spaces stay.
pub fn text(raw: String) -> String {
    let clean = !raw.starts_with(is_space) && !raw.ends_with(is_space) && !raw.contains(is_invisible);
    if clean {
        return raw;
    }
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).map(|c| if c == '\u{a0}' { ' ' } else { c }).collect();
    visible.trim_matches(is_space).to_owned()
}

/// A code or a number as typed: half-width, no white space anywhere.
pub fn compact(raw: String) -> String {
    if raw.bytes().all(|b| b.is_ascii_graphic()) {
        return raw;
    }
    raw.chars().filter(|c| !is_space(*c) && !is_invisible(*c)).map(half_width).collect()
}

/// A credit code: compact, upper case, without the hyphens that some registers print.
pub fn credit_code(raw: String) -> String {
    let mut code = compact(raw);
    code.make_ascii_uppercase();
    if code.contains('-') { code.replace('-', "") } else { code }
}

/// A mobile number: compact, without hyphens and the country code.
pub fn mobile(raw: String) -> String {
    let number = compact(raw);
    if number.len() == 11 && number.bytes().all(|b| b.is_ascii_digit()) {
        return number;
    }
    let digits = number.replace('-', "");
    let local = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
    if local.len() == 11 { local.to_owned() } else { digits }
}

/// A decimal number: compact, full-width point and comma included, a unit sign after it taken away.
pub fn number(raw: String, sign: char) -> String {
    let mut number = compact(raw);
    if let Some(rest) = number.strip_suffix(sign) {
        number.truncate(rest.len());
    }
    number
}

/// A word of a list or a full name compared with others: brackets half-width or full-width are the same name.
pub fn same_name(name: &str) -> std::borrow::Cow<'_, str> {
    if name.contains(['(', ')']) {
        name.chars()
            .map(|c| match c {
                '(' => '（',
                ')' => '）',
                other => other,
            })
            .collect::<String>()
            .into()
    } else {
        name.into()
    }
}

/// Full-width ASCII (U+FF01–FF5E) and the ideographic full stop between digits, as half-width.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// White space that a person cannot see at the ends of a cell; line breaks inside are another matter.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{a0}' | '\u{3000}')
}

/// Characters without any width: they come with text copied from web pages.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" 示例县教育局\u{a0}", "示例县教育局")]
    #[case("\u{3000}示例 县\u{200b}教育局\n", "示例 县教育局")]
    #[case("示例县\n教育局", "示例县\n教育局")]
    fn texts(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(text(raw.to_owned()), tidy);
    }

    #[rstest]
    #[case("１３２２４４３１９８９", "13224431989")]
    #[case("138 1234 5678", "13812345678")]
    #[case("138-1234-5678", "13812345678")]
    #[case("+86 13812345678", "13812345678")]
    #[case("1.38E+10", "1.38E+10")]
    fn mobiles(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(mobile(raw.to_owned()), tidy);
    }

    #[rstest]
    #[case("11320106mb3fqeflcg", "11320106MB3FQEFLCG")]
    #[case("１１320106-MB3FQEFLC-G ", "11320106MB3FQEFLCG")]
    fn codes(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(credit_code(raw.to_owned()), tidy);
    }

    #[rstest]
    #[case("１５％", '%', "15")]
    #[case("1，234．5", '元', "1,234.5")]
    fn numbers(#[case] raw: &str, #[case] sign: char, #[case] tidy: &str) {
        assert_eq!(number(raw.to_owned(), sign), tidy);
    }
}
