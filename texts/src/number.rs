//! Formats numbers for people.

use domain::{
    Money,
    report::{AmountUnit, Rate},
};

/// Formats a count with thousands separators: 50,000.
pub fn grouped(n: u32) -> String {
    group(&n.to_string())
}

/// Formats an amount in 万元 with thousands separators. It has at least two decimal places, and more if the exact amount
/// needs them: 1,094.60.
pub fn amount(money: Money) -> String {
    let exact = money.to_string();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    format!("{}.{fraction:0<2}", group(whole))
}

/// Formats an amount in yuan with thousands separators and two decimal places: 420,000.00.
pub fn yuan(money: Money) -> String {
    let exact = money.yuan();
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, "00"));
    format!("{}.{fraction}", group(whole))
}

/// Formats amounts of one column: all with the same number of decimal places, so that each is exact.
pub fn amounts(all: &[Money]) -> Vec<String> {
    let formatted: Vec<String> = all.iter().copied().map(amount).collect();
    let places = |text: &str| text.len() - text.find('.').unwrap_or(text.len());
    let most_places = formatted.iter().map(|text| places(text)).max().unwrap_or_default();
    formatted.into_iter().map(|text| format!("{text}{}", "0".repeat(most_places - places(&text)))).collect()
}

/// Formats an amount in fen in a unit, with thousands separators and two decimal places, rounded: 1,284.60.
pub fn amount_in(unit: AmountUnit, fen: i64) -> String {
    let hundredths = unit.hundredths(fen);
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", group(&(size / 100).to_string()), size % 100)
}

/// Formats a rate with one decimal place, rounded: 74.9%.
pub fn percent(rate: Rate) -> String {
    let thousandths = rate.thousandths();
    let sign = if thousandths < 0 { "-" } else { "" };
    let size = thousandths.unsigned_abs();
    format!("{sign}{}.{}%", group(&(size / 10).to_string()), size % 10)
}

fn group(digits: &str) -> String {
    let first_group = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 3 == first_group {
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
    fn grouped_separates_thousands() {
        assert_eq!([0, 12, 999, 1_000, 50_000, 1_234_567].map(grouped).join(" "), "0 12 999 1,000 50,000 1,234,567");
    }

    #[test]
    fn amounts_have_the_same_number_of_decimal_places() {
        let money = |text: &str| Money::parse_wan(text).unwrap();
        assert_eq!(amounts(&[money("37.5"), money("5.625"), money("1240")]), ["37.500", "5.625", "1,240.000"]);
        assert!(amounts(&[]).is_empty());
    }

    #[test]
    fn yuan_has_separators_and_two_places() {
        let format = |text: &str| Money::parse_yuan(text).map(yuan).unwrap_or_default();
        assert_eq!([format("420000"), format("0.5"), format("1234567.89")], ["420,000.00", "0.50", "1,234,567.89"]);
    }

    #[test]
    fn amounts_and_rates_of_reports_are_rounded() {
        let amounts = [128_460_000, -5_000, 0, 123_456_789_012].map(|fen| amount_in(AmountUnit::Wan, fen));
        assert_eq!(amounts, ["128.46", "0.00", "0.00", "123,456.79"]);
        assert_eq!(amount_in(AmountUnit::Yuan, -123_456), "-1,234.56");
        let rates =
            [(749, 1_000), (1, 3), (-1, 3), (12_345, 10)].map(|(part, whole)| Rate::of(part, whole).map(percent));
        assert_eq!(rates.map(Option::unwrap_or_default), ["74.9%", "33.3%", "-33.3%", "123,450.0%"]);
    }

    #[test]
    fn amount_is_exact() {
        let format = |text: &str| Money::parse_wan(text).map(amount).unwrap_or_default();
        assert_eq!(format("86.5"), "86.50");
        assert_eq!(format("1094.6012"), "1,094.6012");
        assert_eq!(format("240"), "240.00");
        assert_eq!(format("0"), "0.00");
    }
}
