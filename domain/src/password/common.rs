//! Common passwords: sequences, repetitions, dates, keyboard rows, and some 200 words and numbers from the top of lists of
//! leaked passwords, including Chinese ones. The list is short, because it is part of the browser bundle.

/// Whether a password in lower case is a common password, alone or with a few more characters.
pub(super) fn is_common(password: &str) -> bool {
    let plain: String = password.chars().map(undisguised).collect();
    is_pattern(password) || is_extended_word(password) || is_extended_word(&plain)
}

/// The letter that a digit or sign replaces, as in p@ssw0rd.
const fn undisguised(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether a password is a common word, alone or with a few more characters, a pattern or another common word: admin@123,
/// woaini1314.
fn is_extended_word(password: &str) -> bool {
    /// Number of additional characters that do not make a common word harder to guess.
    const FEW: usize = 4;
    let adds_little = |rest: &str| {
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
        rest.chars().count() <= FEW || is_pattern(rest) || words().any(|word| word == rest)
    };
    words().any(|word| {
        password.strip_prefix(word).is_some_and(adds_little)
            || password.strip_suffix(word).is_some_and(adds_little)
            || password.trim_matches(|c: char| !c.is_alphanumeric()) == word
    })
}

/// Whether a text is a repetition, a sequence of letters, digits or keys, or a date.
fn is_pattern(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    is_repetition(&chars) || is_sequence(&chars) || is_on_keyboard(text) || is_date(text)
}

/// Whether a text repeats 1 to 4 characters: 11111111, abababab, 12341234.
fn is_repetition(chars: &[char]) -> bool {
    (1..=4).any(|length| {
        let again = chars.iter().skip(length);
        chars.len() >= 2 * length && chars.iter().zip(again).all(|(a, b)| a == b)
    })
}

/// Whether each character is the successor, or each the predecessor, of the one before it.
fn is_sequence(chars: &[char]) -> bool {
    let steps = |step: i64| {
        let code = |c: &char| i64::from(u32::from(*c));
        chars.len() >= 2 && chars.iter().zip(chars.iter().skip(1)).all(|(a, b)| code(b) - code(a) == step)
    };
    steps(1) || steps(-1)
}

fn is_on_keyboard(text: &str) -> bool {
    /// Keys along the rows and along the columns of a keyboard.
    const KEYBOARD: [&str; 6] = [
        "12345678901234567890",
        "qwertyuiopqwertyuiop",
        "asdfghjklasdfghjkl",
        "zxcvbnmzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn",
        "qazwsxedcrfvtgbyhnujm",
    ];
    let back: String = text.chars().rev().collect();
    text.len() >= 4 && KEYBOARD.iter().any(|row| row.contains(text) || row.contains(&back))
}

/// Whether a text is a date such as 19900101.
fn is_date(text: &str) -> bool {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u32>().ok());
    text.len() == 8
        && text.bytes().all(|b| b.is_ascii_digit())
        && part(0..4).is_some_and(|year| (1900..=2099).contains(&year))
        && part(4..6).is_some_and(|month| (1..=12).contains(&month))
        && part(6..8).is_some_and(|day| (1..=31).contains(&day))
}

fn words() -> impl Iterator<Item = &'static str> {
    WORDS.split_ascii_whitespace()
}

const WORDS: &str = "
    password passw0rd pass1234 passwd admin administrator root guest user test tester testing demo manager master
    login welcome letmein hello iloveyou love lovely sunshine princess monkey dragon shadow superman batman football
    baseball basketball michael jordan charlie daniel jessica ashley thomas robert andrew george hannah summer winter
    spring autumn flower freedom whatever trustno1 starwars computer internet samsung google facebook alibaba taobao
    tencent huawei xiaomi baidu weixin wechat qqqq china zhongguo beijing shanghai guangzhou shenzhen hangzhou nanjing
    secret default changeme temp1234 abc123 abcd1234 abc12345 a123456 a1234567 a12345678 a123456789 aa123456 aaa111
    q123456 z123456 qq123456 w123456 asd123 zxc123 qwe123 qwe123456 asd123456 zxcvbnm123 qwer1234 asdf1234 zxcv1234
    1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx qazwsx qweasd qweasdzxc 123qwe 123qweasd 123abc 12qwaszx
    123456 1234567 12345678 123456789 1234567890 0123456789 123123 123321 1234321 12344321 1234554321 123654 147258
    147258369 159357 159753 258369 369258147 321654 456789 456123 789456 789456123 987654 987654321 9876543210 112233
    11223344 1122334455 111222 121212 123123123 131313 135790 135792468 1357924680 246810 5201314 520520 5211314
    1314520 1314521 13145200 7758521 7758258 7788521 5841314520 584520 5845201314 521521 520134 168168 16888 18181818
    66668888 88886666 888888 666666 518518 5188 1688 8888 6666 147147 110110 112112 119119 120120 007007 100200 101010
    110120 110120119 119110 woaini woaini520 woaini521 woaini1314 woaini123 woaiwojia woaizhongguo woshishui wodemima
    wobuzhidao mima mima123 mimamima nihao nihaoma aini aini520 aini1314 zhangwei wangwei wangfang liwei lina zhangmin
    lijing wangjing xiaoxiao baobao baobei laopo laogong gongsi danwei caiwu kuaiji caizheng caizhengju yusuan caigou
    shenji jiaoyu yiyuan xuexiao
";

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("tulipb7q")]
    #[case("83920174")]
    #[case("correct horse battery staple")]
    #[case("20261399")]
    #[case("mylongadminphrase")]
    fn other_passwords_are_not_common(#[case] password: &str) {
        assert!(!is_common(password));
    }
}
