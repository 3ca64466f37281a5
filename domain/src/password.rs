//! The password policy: at least 8 characters, unlike the login name and the unit's name, and none of the common ones
//! (NIST SP 800-63B, 3.1.1.2: length and a list of what is guessed first, no rules of composition).

mod common;

use serde::{Deserialize, Serialize};

/// Characters at least.
pub const MIN_LENGTH: usize = 8;
/// Characters at most.
pub const MAX_LENGTH: usize = 128;
/// How much of a name or number makes a password like it; also how long a Chinese name is at least to be looked for.
const TELLING: usize = 8;
const TELLING_NAME: usize = 2;

/// What a new password breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyFault {
    /// Under 8 characters.
    TooShort,
    /// Over 128 characters.
    TooLong,
    /// Contains the login name, or its digits.
    LikeLogin,
    /// Contains the unit's name, its credit code or the contact's mobile number.
    LikeUnit,
    /// On the list of common passwords, or a plain run or repetition.
    Common,
    /// The same as the old one.
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
            Self::Unchanged => "password-unchanged",
        }
    }
}

/// How hard a password is to guess, for the meter beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Breaks the policy or barely passes.
    Weak,
    /// Passes.
    Fair,
    /// Passes with room to spare.
    Strong,
}

/// Whom the password is for: what it must not resemble.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    /// Login name.
    pub login: &'a str,
    /// Unit name, credit code, mobile number: each that is known.
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
    if is_like(&folded, owner.login) || is_like(&folded, &digits) {
        return Err(PolicyFault::LikeLogin);
    }
    if owner.unit.iter().any(|text| is_like(&folded, text)) {
        return Err(PolicyFault::LikeUnit);
    }
    if common::is_common(&folded) {
        return Err(PolicyFault::Common);
    }
    Ok(strength(password))
}

/// Whether a password has a name or number in it, or a telling part of one, or is itself a part of it.
fn is_like(password: &str, text: &str) -> bool {
    let text: Vec<char> = text.trim().to_lowercase().chars().collect();
    let least = if text.iter().all(char::is_ascii) { TELLING } else { TELLING_NAME };
    let length = text.len().min(TELLING);
    length >= least && text.windows(length).any(|part| password.contains(&part.iter().collect::<String>()))
}

/// By how many guesses of somebody who knows which kinds of characters are in it; a character that repeats or follows
/// on the one before counts for nothing.
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
    let counted = u32::try_from(password.chars().count() - repeats).unwrap_or(u32::MAX);
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
    fn refuses(#[case] password: &str, #[case] fault: PolicyFault) {
        assert_eq!(check(password, OWNER), Err(fault));
    }

    #[rstest]
    #[case("83920174", Strength::Weak)]
    #[case("mtwpzb7q", Strength::Fair)]
    #[case("xK7mQ2pWn9Rt", Strength::Strong)]
    #[case("correct horse battery staple", Strength::Strong)]
    #[case("春风又绿江南岸", Strength::Strong)]
    #[case("春风又绿江南岸边", Strength::Strong)]
    fn accepts(#[case] password: &str, #[case] strength: Strength) {
        let password =
            if password.chars().count() < MIN_LENGTH { format!("{password}！") } else { password.to_owned() };
        assert_eq!(check(&password, OWNER), Ok(strength));
    }

    #[test]
    fn an_unknown_unit_is_like_nothing() {
        assert!(check("tulipb7q", Owner { login: "", unit: &["", " "] }).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(password in "\\PC*", login in "\\PC*", unit in "\\PC*") {
            let _ = check(&password, Owner { login: &login, unit: &[&unit] });
        }

        #[test]
        fn nothing_around_the_login_name_hides_it(before in "[a-z]{0,9}", after in "[A-Z]{0,9}") {
            let password = format!("{before}{}{after}", OWNER.login);
            prop_assert_eq!(check(&password, OWNER), Err(PolicyFault::LikeLogin));
        }

        #[test]
        fn runs_and_repetitions_are_common(start in 0u8..18, count in 8usize..9, piece in "[a-z0-9]{1,4}") {
            let run: String = (start..).take(count).map(|i| char::from(b'a' + i)).collect();
            let back: String = run.chars().rev().collect();
            let again: String = piece.chars().cycle().take(12).collect();
            for password in [run, back, again] {
                prop_assert_eq!(check(&password, Owner::default()), Err(PolicyFault::Common), "{}", password);
            }
        }

        #[test]
        fn what_the_generator_gives_passes(password in "[A-HJ-NP-Za-km-z2-9]{12}") {
            // Chance hits a pattern once in a great many.
            prop_assume!(!common::is_common(&password.to_lowercase()));
            prop_assert!(check(&password, Owner::default()).is_ok());
        }
    }
}
