//! Estimates whether a password is easy to guess (zxcvbn): common words and names with changed letters, dates, keyboard
//! patterns, repetitions, and the words of the product and of the account's holder.

use pinyin::ToPinyin;
use std::collections::BTreeSet;
use zxcvbn::{Score, zxcvbn};

/// Words that everybody who tries passwords here knows.
const PRODUCT_WORDS: &[&str] = &[
    "caigou",
    "caigouren",
    "caizheng",
    "caizhengju",
    "caizhengting",
    "czj",
    "czt",
    "yusuan",
    "danwei",
    "shitang",
    "yuliu",
    "fupin",
    "fupin832",
    "nongchanpin",
    "guanli",
    "guanlixitong",
    "jiaoyi",
    "zhanghao",
    "mima",
    "farm",
    "purchase",
    "purchaser",
    "farmpurchase",
    "832",
];
/// Longer passwords are not looked at to their end: what comes later makes them only harder to guess.
const LOOKED_AT: usize = 64;
/// The parts of a name whose initials count as a word: 财政局 as "czj".
const INITIALS: std::ops::RangeInclusive<usize> = 3..=8;

/// Whether somebody who knows these words guesses the password with fewer than 100 million attempts.
pub(crate) fn is_guessable(password: &str, words: &[&str]) -> bool {
    let mut known: BTreeSet<String> = PRODUCT_WORDS.iter().map(|word| (*word).to_owned()).collect();
    for word in words {
        add_forms(word, &mut known);
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let looked_at: String = spelled_out(password).chars().take(LOOKED_AT).collect();
    zxcvbn(&looked_at, &known).score() < Score::Three
}

/// Characters outside ASCII as their code points: the estimate knows no Chinese and would count each character like a digit.
fn spelled_out(text: &str) -> String {
    let spell = |c: char| if c.is_ascii() { c.to_string() } else { format!("{:x}", u32::from(c)) };
    text.chars().map(spell).collect()
}

/// The forms of a word in passwords: as it is, in pinyin, and the initials of its parts.
fn add_forms(word: &str, known: &mut BTreeSet<String>) {
    if word.is_empty() {
        return;
    }
    known.insert(spelled_out(&word.to_lowercase()));
    let syllables: Vec<&str> = word.to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
    known.insert(syllables.concat());
    let initials: Vec<&str> = syllables.iter().filter_map(|syllable| syllable.get(..1)).collect();
    for length in INITIALS {
        known.extend(initials.windows(length).map(<[&str]>::concat));
    }
    // Two syllables are often written out: "jiaoyu".
    known.extend(syllables.windows(2).chain(syllables.windows(3)).map(<[&str]>::concat));
    known.remove("");
}

#[cfg(test)]
mod tests {
    use super::is_guessable;
    use rstest::rstest;

    const WORDS: &[&str] = &["GL00001234", "示例县教育局", "11320106MB3FQEFLCG", "王丽", "13902847561"];

    #[rstest]
    #[case("aaaaaaab")]
    #[case("!QAZ2wsx")]
    #[case("Czj@2026")]
    #[case("Slxjyj@2026")]
    #[case("jiaoyuju123")]
    #[case("Wangli1990")]
    #[case("Caigou#2025")]
    #[case("13902847561a")]
    #[case("P@ssw0rd2026")]
    fn a_password_that_is_easy_to_guess_is_recognised(#[case] password: &str) {
        assert!(is_guessable(password, WORDS));
    }

    #[rstest]
    #[case("mei-you-ren-cai-4")]
    #[case("青菜豆腐 8 里春风")]
    #[case("春风又绿江南岸边")]
    #[case("xK7mQ2pWn9Rt")]
    #[case("correct horse battery staple")]
    fn a_password_that_is_hard_to_guess_is_not(#[case] password: &str) {
        assert!(!is_guessable(password, WORDS));
    }

    #[test]
    fn a_long_password_takes_no_long_time() {
        let begin = std::time::Instant::now();
        let name = "示例县教育局".repeat(16);
        is_guessable(&"p@ssw0rd".repeat(16), &[&name]);
        assert!(begin.elapsed().as_secs() < 5);
    }
}
