//! Cookies that come with requests, and the one that remembers the language.

use http::{HeaderMap, HeaderValue, header};
use texts::Lang;

/// The language's cookie.
const LANG: &str = "lang";

/// A cookie of a request.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The language that a reader chose, else the browser's, else Chinese.
pub(super) fn reader_language(headers: &HeaderMap) -> Lang {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::from_tag);
    read(headers, LANG).and_then(Lang::from_tag).or_else(accepted).unwrap_or_default()
}

/// Remembers a language for a year.
pub(super) fn language(lang: Lang, secure: bool) -> HeaderValue {
    const YEAR: u32 = 365 * 24 * 60 * 60;
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{LANG}={}; Path=/; Max-Age={YEAR}; SameSite=Lax{secure}", lang.tag()))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::{read, reader_language};
    use http::{HeaderMap, header};
    use rstest::rstest;
    use texts::Lang;

    #[test]
    fn reads_the_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "xsession=1; session=2".parse().unwrap());
        headers.append(header::COOKIE, "lang=en".parse().unwrap());
        assert_eq!(read(&headers, "session"), Some("2"));
        assert_eq!(read(&headers, "lang"), Some("en"));
        assert_eq!(read(&headers, "sess"), None);
    }

    #[rstest]
    #[case(None, None, Lang::Zh)]
    #[case(None, Some("en-GB,en;q=0.9"), Lang::En)]
    #[case(None, Some("fr,zh;q=0.5"), Lang::Zh)]
    #[case(Some("lang=zh-CN"), Some("en"), Lang::Zh)]
    #[case(Some("lang=xx"), Some("en"), Lang::En)]
    fn language_of(#[case] cookie: Option<&str>, #[case] accepts: Option<&str>, #[case] expected: Lang) {
        let mut headers = HeaderMap::new();
        if let Some(cookie) = cookie {
            headers.insert(header::COOKIE, cookie.parse().unwrap());
        }
        if let Some(accepts) = accepts {
            headers.insert(header::ACCEPT_LANGUAGE, accepts.parse().unwrap());
        }
        assert_eq!(reader_language(&headers), expected);
    }
}
