//! The password policy: at least 8 characters, not similar to the login name or the unit's name, and not a common password.
//! It follows NIST SP 800-63B, 3.1.1.2: a minimum length and a list of common passwords, but no rules for character kinds.

mod common;

use crate::count;
use serde::{Deserialize, Serialize};

/// Minimum number of characters.
pub const MIN_LENGTH: usize = 8;
/// Maximum number of characters.
pub const MAX_LENGTH: usize = 128;
/// A password that contains this many consecutive characters of a name or a number is similar to it.
const SIMILAR_PART: usize = 8;
/// Minimum length of a Chinese name that is searched for in a password.
const MIN_NAME: usize = 2;

/// The rule that a new password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyFault {
    /// Fewer than 8 characters.
    TooShort,
    /// More than 128 characters.
    TooLong,
    /// Contains the login name or its digits.
    LikeLogin,
    /// Contains the unit name, the credit code or the contact's mobile number.
    LikeUnit,
    /// A common password, a sequence or a repetition.
    Common,
    /// Easy to guess, as an estimate of the necessary guesses says. Only the server makes it: its lists are large.
    Guessable,
    /// The same as the old password.
    Unchanged,
}

impl PolicyFault {
    /// The stable code, kebab-case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::LikeLogin => "password-like-login",
            Self::LikeUnit => "password-like-unit",
            Self::Common => "password-common",
            Self::Guessable => "password-guessable",
            Self::Unchanged => "password-unchanged",
        }
    }
}

/// The strength of a password, for the meter next to the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Breaks the policy, or meets it only just.
    Weak,
    /// Meets the policy.
    Fair,
    /// Clearly exceeds the policy.
    Strong,
}

/// The owner of a password. The password must not be similar to this data.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    /// Login name.
    pub login: &'a str,
    /// Unit name, credit code and mobile number, as far as they are known.
    pub unit: &'a [&'a str],
}

/// Checks a new password against the policy.
pub fn check(password: &str, owner: Owner<'_>) -> Result<Strength, PolicyFault> {
    let count = password.chars().count();
    if count < MIN_LENGTH {
        return Err(PolicyFault::TooShort);
    }
    if count > MAX_LENGTH {
        return Err(PolicyFault::TooLong);
    }
    let folded = password.to_lowercase();
    let digits: String = owner.login.chars().filter(char::is_ascii_digit).collect();
    if is_similar(&folded, owner.login) || is_similar(&folded, &digits) {
        return Err(PolicyFault::LikeLogin);
    }
    if owner.unit.iter().any(|text| is_similar(&folded, text)) {
        return Err(PolicyFault::LikeUnit);
    }
    if common::is_common(&folded) {
        return Err(PolicyFault::Common);
    }
    Ok(strength(password))
}

/// Whether a password contains a name or a number or a long part of it, or is a part of it.
fn is_similar(password: &str, text: &str) -> bool {
    let text: Vec<char> = text.trim().to_lowercase().chars().collect();
    let least = if text.iter().all(char::is_ascii) { SIMILAR_PART } else { MIN_NAME };
    let length = text.len().min(SIMILAR_PART);
    length >= least && text.windows(length).any(|part| password.contains(&part.iter().collect::<String>()))
}

/// Estimates the number of guesses for an attacker who knows the kinds of characters. A character that repeats or continues
/// the one before it does not count.
fn strength(password: &str) -> Strength {
    const FAIR: f64 = 40.0;
    const STRONG: f64 = 60.0;
    let pool = |c: char| match c {
        _ if c.is_ascii_digit() => (0, 10.0),
        _ if c.is_ascii_lowercase() => (1, 26.0),
        _ if c.is_ascii_uppercase() => (2, 26.0),
        _ if c.is_ascii() => (3, 32.0),
        _ => (4, 2_000.0),
    };
    let mut pools = [0.0; 5];
    for (kind, size) in password.chars().map(pool) {
        pools[kind] = size;
    }
    let pool: f64 = pools.iter().sum();
    let follows = |(a, b): &(char, char)| u32::from(*a).abs_diff(u32::from(*b)) <= 1;
    let repeats = password.chars().zip(password.chars().skip(1)).filter(follows).count();
    let counted = count::of(password.chars().count() - repeats);
    match f64::from(counted) * pool.log2() {
        bits if bits < FAIR => Strength::Weak,
        bits if bits < STRONG => Strength::Fair,
        _ => Strength::Strong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const OWNER: Owner<'_> =
        Owner { login: "GL00001234", unit: &["示例县教育局", "11320106MB3FQEFLCG", "13902847561"] };

    #[rstest]
    #[case("Ab3-xyq", PolicyFault::TooShort)]
    #[case("教育局的密码短", PolicyFault::TooShort)]
    #[case("my-gl00001234", PolicyFault::LikeLogin)]
    #[case("00001234xq", PolicyFault::LikeLogin)]
    #[case("示例县教育局2026", PolicyFault::LikeUnit)]
    #[case("11320106mb3fqeflcg", PolicyFault::LikeUnit)]
    #[case("MB3FQEFLCG", PolicyFault::LikeUnit)]
    #[case("wang02847561", PolicyFault::LikeUnit)]
    #[case("password", PolicyFault::Common)]
    #[case("Password123", PolicyFault::Common)]
    #[case("P@ssw0rd!", PolicyFault::Common)]
    #[case("Admin@123", PolicyFault::Common)]
    #[case("woaini1314", PolicyFault::Common)]
    #[case("woaini5201314", PolicyFault::Common)]
    #[case("5201314520", PolicyFault::Common)]
    #[case("123456789", PolicyFault::Common)]
    #[case("87654321", PolicyFault::Common)]
    #[case("abcdefgh", PolicyFault::Common)]
    #[case("11111111", PolicyFault::Common)]
    #[case("abababab", PolicyFault::Common)]
    #[case("12341234", PolicyFault::Common)]
    #[case("qwertyuiop", PolicyFault::Common)]
    #[case("1qaz2wsx", PolicyFault::Common)]
    #[case("19900101", PolicyFault::Common)]
    #[case("qwer1234", PolicyFault::Common)]
    fn a_password_against_the_policy_is_refused(#[case] password: &str, #[case] fault: PolicyFault) {
        assert_eq!(check(password, OWNER), Err(fault));
    }

    #[rstest]
    #[case("83920174", Strength::Weak)]
    #[case("mtwpzb7q", Strength::Fair)]
    #[case("xK7mQ2pWn9Rt", Strength::Strong)]
    #[case("correct horse battery staple", Strength::Strong)]
    #[case("春风又绿江南岸", Strength::Strong)]
    #[case("春风又绿江南岸边", Strength::Strong)]
    fn a_password_within_the_policy_has_a_strength(#[case] password: &str, #[case] strength: Strength) {
        let password =
            if password.chars().count() < MIN_LENGTH { format!("{password}！") } else { password.to_owned() };
        assert_eq!(check(&password, OWNER), Ok(strength));
    }

    #[test]
    fn an_empty_unit_name_is_ignored() {
        assert!(check("tulipb7q", Owner { login: "", unit: &["", " "] }).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(password in "\\PC*", login in "\\PC*", unit in "\\PC*") {
            let _ = check(&password, Owner { login: &login, unit: &[&unit] });
        }

        #[test]
        fn a_login_name_inside_a_password_is_recognised(before in "[a-z]{0,9}", after in "[A-Z]{0,9}") {
            let password = format!("{before}{}{after}", OWNER.login);
            prop_assert_eq!(check(&password, OWNER), Err(PolicyFault::LikeLogin));
        }

        #[test]
        fn sequences_and_repetitions_are_common(start in 0u8..18, count in 8usize..9, piece in "[a-z0-9]{1,4}") {
            let run: String = (start..).take(count).map(|i| char::from(b'a' + i)).collect();
            let back: String = run.chars().rev().collect();
            let again: String = piece.chars().cycle().take(12).collect();
            for password in [run, back, again] {
                prop_assert_eq!(check(&password, Owner::default()), Err(PolicyFault::Common), "{}", password);
            }
        }

        #[test]
        fn generated_passwords_meet_the_policy(password in "[A-HJ-NP-Za-km-z2-9]{12}") {
            // A random password is a common pattern only with a very low probability.
            prop_assume!(!common::is_common(&password.to_lowercase()));
            prop_assert!(check(&password, Owner::default()).is_ok());
        }
    }
}
