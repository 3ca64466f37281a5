//! Tidying what a person would not call a mistake: full-width digits and letters, outer and non-breaking spaces, case
//! of codes. Every change is told as a `normalized` finding, so nothing is altered behind the reader's back.

/// Text with outer white space, invisible characters and Excel's non-breaking spaces taken away. Inner spaces stay.
/// Like all functions here, `None` where nothing is to be tidied.
pub fn text(raw: &str) -> Option<String> {
    let inside = || raw.contains(|c| c == NBSP || is_invisible(c));
    if !is_suspicious(raw) || !(raw.starts_with(is_space) || raw.ends_with(is_space) || inside()) {
        return None;
    }
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).map(|c| if c == NBSP { ' ' } else { c }).collect();
    Some(visible.trim_matches(is_space).to_owned())
}

/// Whether a person sees nothing there.
pub fn is_blank(raw: &str) -> bool {
    raw.chars().all(|c| is_space(c) || is_invisible(c))
}

/// A word of a list, a code or a number: half-width, no white space anywhere.
pub fn compact(raw: &str) -> Option<String> {
    if !is_suspicious(raw) {
        return None;
    }
    let compact: String = raw.chars().filter(|c| !is_space(*c) && !is_invisible(*c)).map(half_width).collect();
    (compact != raw).then_some(compact)
}

/// A credit code: compact, upper case, without the hyphens that some registers print.
pub fn credit_code(raw: &str) -> Option<String> {
    if raw.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return None;
    }
    let mut code = compact(raw).unwrap_or_else(|| raw.to_owned());
    code.retain(|c| c != '-');
    code.make_ascii_uppercase();
    (code != raw).then_some(code)
}

/// A mobile number: compact, without hyphens and the country code.
pub fn mobile(raw: &str) -> Option<String> {
    if raw.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut number = compact(raw).unwrap_or_else(|| raw.to_owned());
    number.retain(|c| c != '-');
    let local = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086")).filter(|rest| rest.len() == 11);
    if let Some(start) = local.map(|rest| number.len() - rest.len()) {
        number.drain(..start);
    }
    (number != raw).then_some(number)
}

/// A decimal number: compact, the sign or unit that follows it taken away.
pub fn number(raw: &str, sign: &str) -> Option<String> {
    let number = compact(raw);
    let typed = number.as_deref().unwrap_or(raw);
    let bare = typed.trim_end_matches(sign);
    if bare.len() < typed.len() { Some(bare.to_owned()) } else { number }
}

/// A word of a list or a full name compared with others: brackets half-width or full-width are the same name.
pub fn same_name(name: &str) -> std::borrow::Cow<'_, str> {
    if name.bytes().any(|b| matches!(b, b'(' | b')')) {
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

/// Whether there may be white space, an invisible or a full-width character: the first bytes of all of them, which hardly
/// any other text has. Without a branch it is many bytes at a time.
fn is_suspicious(raw: &str) -> bool {
    raw.bytes().fold(false, |found, b| found | matches!(b, 0..=b' ' | 0xC2 | 0xE1..=0xE3 | 0xEF))
}

/// The non-breaking space that comes with text copied from web pages.
const NBSP: char = '\u{a0}';

/// Converts full-width ASCII (U+FF01–FF5E) to half-width. Other characters stay, also the ideographic full stop (。): it is
/// no decimal point, so that `15。5` remains a fault that the user corrects.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// White space that a person cannot see at the ends of a cell; line breaks inside are another matter.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == NBSP
}

/// Characters without any width: they come with text copied from web pages.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn whatever_is_tidied_is_suspicious() {
        let tidied = |c: char| is_space(c) || is_invisible(c) || half_width(c) != c;
        for c in (char::MIN..=char::MAX).filter(|c| tidied(*c)) {
            assert!(is_suspicious(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[rstest]
    #[case(" 示例县教育局\u{a0}", "示例县教育局")]
    #[case("\u{3000}示例 县\u{200b}教育局\n", "示例 县教育局")]
    #[case("示例县\n教育局", "示例县\n教育局")]
    fn texts(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(text(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[test]
    fn tidied_text_is_left_alone() {
        for clean in ["示例县教育局", "县级", "11320106MB3FQEFLCG", "13812345678", "240.5", "第一 小学"] {
            assert_eq!(text(clean), None);
            assert_eq!(number(clean, "%"), compact(clean));
        }
        assert_eq!(compact("县级"), None);
        assert_eq!(credit_code("11320106MB3FQEFLCG"), None);
        assert_eq!(mobile("13812345678"), None);
    }

    #[rstest]
    #[case("１３２２４４３１９８９", "13224431989")]
    #[case("138 1234 5678", "13812345678")]
    #[case("138-1234-5678", "13812345678")]
    #[case("+86 13812345678", "13812345678")]
    #[case("1.38E+10", "1.38E+10")]
    fn mobiles(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(mobile(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[rstest]
    #[case("11320106mb3fqeflcg", "11320106MB3FQEFLCG")]
    #[case("１１320106-MB3FQEFLC-G ", "11320106MB3FQEFLCG")]
    fn codes(#[case] raw: &str, #[case] tidy: &str) {
        assert_eq!(credit_code(raw).as_deref().unwrap_or(raw), tidy);
    }

    #[rstest]
    #[case("１５％", "%", "15")]
    #[case("1，234．5 万元", "万元", "1,234.5")]
    #[case("5000元", "万元", "5000元")]
    #[case("15。5", "%", "15。5")]
    fn numbers(#[case] raw: &str, #[case] sign: &str, #[case] tidy: &str) {
        assert_eq!(number(raw, sign).as_deref().unwrap_or(raw), tidy);
    }
}
