//! Figures as people read them.

use domain::Money;

/// Digits in groups of three: 50,000.
pub fn grouped(n: u32) -> String {
    group(&n.to_string())
}

/// An amount in 万元 with separators and at least two places, as many as it takes to be exact: 1,094.60.
pub fn amount(money: Money) -> String {
    let exact = money.to_string();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    format!("{}.{fraction:0<2}", group(whole))
}

/// Amounts that stand together: each with as many places as the most exact of them takes.
pub fn amounts(all: &[Money]) -> Vec<String> {
    let said: Vec<String> = all.iter().copied().map(amount).collect();
    let places = |text: &str| text.len() - text.find('.').unwrap_or(text.len());
    let most = said.iter().map(|text| places(text)).max().unwrap_or_default();
    said.into_iter().map(|text| format!("{text}{}", "0".repeat(most - places(&text)))).collect()
}

fn group(digits: &str) -> String {
    let lead = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 3 == lead {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 12, 999, 1_000, 50_000, 1_234_567].map(grouped).join(" "), "0 12 999 1,000 50,000 1,234,567");
    }

    #[test]
    fn amounts_that_stand_together_have_the_same_places() {
        let money = |text: &str| Money::parse_wan(text).unwrap();
        assert_eq!(amounts(&[money("37.5"), money("5.625"), money("1240")]), ["37.500", "5.625", "1,240.000"]);
        assert!(amounts(&[]).is_empty());
    }

    #[test]
    fn amounts_are_exact() {
        let say = |text: &str| Money::parse_wan(text).map(amount).unwrap_or_default();
        assert_eq!(say("86.5"), "86.50");
        assert_eq!(say("1094.6012"), "1,094.6012");
        assert_eq!(say("240"), "240.00");
        assert_eq!(say("0"), "0.00");
    }
}
