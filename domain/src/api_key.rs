//! Keys (接口密钥) of other systems that send orders with signed requests. The operator issues and revokes them.

use crate::{calendar::Timestamp, finding::Code, ids::ApiKeyId, problem::FieldFault};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The most characters of a name.
pub const MAX_NAME: usize = 40;

/// For how long a key is valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyLifetime {
    /// 90 days.
    NinetyDays,
    /// 365 days.
    #[default]
    Year,
    /// Until it is revoked.
    Unlimited,
}

impl KeyLifetime {
    /// All values.
    pub const ALL: [Self; 3] = [Self::NinetyDays, Self::Year, Self::Unlimited];

    /// The word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NinetyDays => "90-days",
            Self::Year => "year",
            Self::Unlimited => "unlimited",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lifetime| lifetime.as_str() == text)
    }

    /// The end of a key that is issued now; `None` if it has none.
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        const DAY: Duration = Duration::from_hours(24);
        match self {
            Self::NinetyDays => Some(now + DAY * 90),
            Self::Year => Some(now + DAY * 365),
            Self::Unlimited => None,
        }
    }
}

/// The form for a new key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiKeyForm {
    /// What the key is for.
    pub name: String,
    /// A word of [`KeyLifetime`].
    pub lifetime: String,
}

impl ApiKeyForm {
    /// The name and the lifetime, or the fields that the user must correct.
    pub fn check(&self) -> Result<(String, KeyLifetime), Vec<FieldFault>> {
        let name = self.name.trim();
        let name_fault = if name.is_empty() {
            Some(Code::Required)
        } else if name.chars().count() > MAX_NAME {
            Some(Code::TooLong)
        } else if name.chars().any(char::is_control) {
            Some(Code::BadCharacters)
        } else {
            None
        };
        let lifetime = KeyLifetime::from_name(&self.lifetime);
        let name_fault = name_fault.map(|code| FieldFault::new("name", code));
        let lifetime_fault = lifetime.is_none().then(|| FieldFault::new("lifetime", Code::NotInList));
        let faults: Vec<_> = name_fault.into_iter().chain(lifetime_fault).collect();
        match lifetime {
            Some(lifetime) if faults.is_empty() => Ok((name.to_owned(), lifetime)),
            _ => Err(faults),
        }
    }
}

/// Whether requests may be signed with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyState {
    /// They may.
    Valid,
    /// Its time is over.
    Expired,
    /// The operator has revoked it.
    Revoked,
}

/// A key in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyItem {
    /// Its id.
    pub id: ApiKeyId,
    /// The text by which requests name it.
    pub public_id: String,
    /// What the operator calls it.
    pub name: String,
    /// Whether it is valid.
    pub state: KeyState,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The login name of the operator that issued it.
    pub issued_by: String,
    /// The end of its time.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When a request was last accepted, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When requests that named it were last refused, to ten minutes.
    pub refused_at: Option<Timestamp>,
}

/// A new key. Its secret is shown once and cannot be read again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedApiKey {
    /// What the operator calls it.
    pub name: String,
    /// The text by which requests name it.
    pub public_id: String,
    /// The secret that signs requests.
    pub secret: String,
}

impl std::fmt::Debug for IssuedApiKey {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedApiKey").field("public_id", &self.public_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(" 交易平台 ", "year", &[])]
    #[case("", "year", &["name"])]
    #[case("a\u{7}b", "year", &["name"])]
    #[case(&"长".repeat(41), "for ever", &["name", "lifetime"])]
    fn a_form_is_checked(#[case] name: &str, #[case] lifetime: &str, #[case] expected: &[&str]) {
        let form = ApiKeyForm { name: name.to_owned(), lifetime: lifetime.to_owned() };
        let faults = form.check().err().unwrap_or_default();
        assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn words_are_parsed() {
        for lifetime in KeyLifetime::ALL {
            assert_eq!(KeyLifetime::from_name(lifetime.as_str()), Some(lifetime));
        }
        assert_eq!(KeyLifetime::Unlimited.end(Timestamp(0)), None);
        assert_eq!(KeyLifetime::NinetyDays.end(Timestamp(0)), Some(Timestamp(90 * 86_400_000)));
    }
}
