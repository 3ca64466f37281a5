//! The signature of a request (HMAC-SHA256, RFC 2104). `docs/orders-api.md` describes it for those who send requests.

use domain::calendar::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The scheme in the header `Authorization`, and the first line of the signed text.
pub const SCHEME: &str = "PMS1-HMAC-SHA256";

/// The lengths that a nonce may have.
const NONCE_LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;
/// The longest public id of a key.
const MAX_KEY: usize = 64;

/// What the header `Authorization` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignatureHeader {
    /// The public id of the key.
    pub(super) key: String,
    /// Seconds since 1970.
    pub(super) time: i64,
    pub(super) nonce: String,
    pub(super) signature: [u8; 32],
}

impl SignatureHeader {
    /// Parses `PMS1-HMAC-SHA256 key=…, time=…, nonce=…, signature=…`. The parameters have any order, and each occurs once.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, parameters) = text.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let (mut key, mut time, mut nonce, mut signature) = (None, None, None, None);
        for parameter in parameters.split(',') {
            let (name, value) = parameter.trim().split_once('=')?;
            let known = match name {
                "key" => &mut key,
                "time" => &mut time,
                "nonce" => &mut nonce,
                "signature" => &mut signature,
                _ => return None,
            };
            if known.replace(value).is_some() {
                return None;
            }
        }
        let (key, nonce) = (key.filter(|key| is_word(key) && key.len() <= MAX_KEY)?, nonce?);
        if !NONCE_LENGTHS.contains(&nonce.len()) || !is_word(nonce) {
            return None;
        }
        // Only digits: a sign or spaces would be another text than the one that was signed.
        let time =
            time.filter(|time| time.len() <= 12 && time.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(signature?, &mut bytes).ok()?;
        Some(Self { key: key.to_owned(), time, nonce: nonce.to_owned(), signature: bytes })
    }

    /// The time in the signature.
    pub(super) const fn signed_at(&self) -> Timestamp {
        Timestamp(self.time.saturating_mul(1_000))
    }

    /// Whether the signature is that of a request, compared in constant time.
    pub(super) fn is_valid(&self, secret: &str, method: &str, target: &str, body_sha256: &[u8; 32]) -> bool {
        let text = signed_text(method, target, &self.key, self.time, &self.nonce, body_sha256);
        mac(secret, &text).is_some_and(|mac| mac.verify_slice(&self.signature).is_ok())
    }
}

/// Letters and digits of ASCII, `-` and `_`.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The text that is signed: seven lines without a line break at the end.
fn signed_text(method: &str, target: &str, key: &str, time: i64, nonce: &str, body_sha256: &[u8; 32]) -> String {
    let body = hex::encode(body_sha256);
    format!("{SCHEME}\n{method}\n{target}\n{key}\n{time}\n{nonce}\n{body}")
}

/// A key of any length is allowed, so that there always is one.
fn mac(secret: &str, text: &str) -> Option<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    Some(mac.chain_update(text.as_bytes()))
}

/// The value of the header `Authorization` for a request, as another system computes it: for tests, and to compare with.
/// `target` is the path with its query.
pub fn sign(
    (key, secret): (&str, &str),
    (method, target): (&str, &str),
    time: i64,
    nonce: &str,
    body_sha256: &[u8; 32],
) -> String {
    let text = signed_text(method, target, key, time, nonce, body_sha256);
    let signature = mac(secret, &text).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("{SCHEME} key={key}, time={time}, nonce={nonce}, signature={signature}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use sha2::Digest;

    const KEY: (&str, &str) = ("JK0123456789abcdef0123", "a-secret-for-the-documentation");
    const NONCE: &str = "5f1d7a0c9b3e4826";

    fn digest(body: &str) -> [u8; 32] {
        Sha256::digest(body.as_bytes()).into()
    }

    #[test]
    fn a_signature_is_valid_for_its_request_only() {
        let header = sign(KEY, ("POST", "/api/v1/orders"), 1_796_011_200, NONCE, &digest("[]"));
        let parsed = SignatureHeader::parse(&header).unwrap();
        assert!(parsed.is_valid(KEY.1, "POST", "/api/v1/orders", &digest("[]")));
        assert!(!parsed.is_valid("another-secret", "POST", "/api/v1/orders", &digest("[]")));
        assert!(!parsed.is_valid(KEY.1, "PUT", "/api/v1/orders", &digest("[]")));
        assert!(!parsed.is_valid(KEY.1, "POST", "/api/v1/orders?x=1", &digest("[]")));
        assert!(!parsed.is_valid(KEY.1, "POST", "/api/v1/orders", &digest("[ ]")));
        for changed in [
            SignatureHeader { time: parsed.time + 1, ..parsed.clone() },
            SignatureHeader { nonce: NONCE.to_uppercase(), ..parsed.clone() },
            SignatureHeader { key: "JK".to_owned(), ..parsed.clone() },
            SignatureHeader { signature: [0; 32], ..parsed },
        ] {
            assert!(!changed.is_valid(KEY.1, "POST", "/api/v1/orders", &digest("[]")), "{changed:?}");
        }
    }

    #[test]
    fn the_example_of_the_documentation_is_right() {
        let documentation = include_str!("../../../docs/orders-api.md");
        let text = signed_text("POST", "/api/v1/orders", KEY.0, 1_796_011_200, NONCE, &digest("[]"));
        assert!(documentation.contains(&format!("```\n{text}\n```")), "{text}");
        let header = sign(KEY, ("POST", "/api/v1/orders"), 1_796_011_200, NONCE, &digest("[]"));
        assert!(documentation.contains(&format!("```\n{header}\n```")), "{header}");
    }

    #[rstest]
    #[case::basic("Basic eDp5")]
    #[case::empty("")]
    #[case::nothing("PMS1-HMAC-SHA256 ")]
    #[case::missing("PMS1-HMAC-SHA256 key=JK1, time=5, nonce=0123456789abcdef")]
    #[case::short_nonce("PMS1-HMAC-SHA256 key=JK1, time=5, nonce=0123456789abcde, signature={s}")]
    #[case::odd_nonce("PMS1-HMAC-SHA256 key=JK1, time=5, nonce=0123456789abcde\u{7f}, signature={s}")]
    #[case::sign("PMS1-HMAC-SHA256 key=JK1, time=+5, nonce=0123456789abcdef, signature={s}")]
    #[case::far("PMS1-HMAC-SHA256 key=JK1, time=9999999999999, nonce=0123456789abcdef, signature={s}")]
    #[case::twice("PMS1-HMAC-SHA256 key=JK1, key=JK1, time=5, nonce=0123456789abcdef, signature={s}")]
    #[case::unknown("PMS1-HMAC-SHA256 key=JK1, time=5, nonce=0123456789abcdef, signature={s}, realm=x")]
    #[case::short_signature("PMS1-HMAC-SHA256 key=JK1, time=5, nonce=0123456789abcdef, signature=00")]
    fn another_header_is_none(#[case] header: &str) {
        assert_eq!(SignatureHeader::parse(&header.replace("{s}", &"0".repeat(64))), None);
    }
}
