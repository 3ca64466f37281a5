//! Chinese numerals.

/// The digits of a section, chosen by `[DBNum1]` to `[DBNum3]`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Numerals {
    #[default]
    Ascii,
    /// 一二三
    Chinese,
    /// 壹贰叁
    Formal,
    /// １２３
    FullWidth,
}

impl Numerals {
    pub(super) fn of(self, digit: u8) -> char {
        let digits = match self {
            Self::Ascii => "0123456789",
            Self::Chinese => "〇一二三四五六七八九",
            Self::Formal => "零壹贰叁肆伍陆柒捌玖",
            Self::FullWidth => "０１２３４５６７８９",
        };
        digits.chars().nth(usize::from(digit)).unwrap_or('?')
    }

    /// Whether numbers have words for ten, a hundred and so on.
    pub(super) const fn has_units(self) -> bool {
        matches!(self, Self::Chinese | Self::Formal)
    }
}

/// Writes a whole number of at most 16 digits as Chinese Excel does: 12 is 一十二, 105 is 一百〇五, 10010 is 一万〇一十. The
/// first digit is not 0.
pub(super) fn write_chinese(digits: &[u8], numerals: Numerals, to: &mut String) {
    let units = if numerals == Numerals::Formal { ["", "拾", "佰", "仟"] } else { ["", "十", "百", "千"] };
    let is_filled = |group: usize| {
        let mut of_group = digits.iter().rev().skip(group * 4).take(4);
        of_group.any(|digit| *digit != 0)
    };
    let mut zero_pending = false;
    for (place, digit) in (0..digits.len()).rev().zip(digits) {
        let (group, unit) = (place / 4, place % 4);
        if *digit == 0 {
            zero_pending = true;
        } else {
            if std::mem::take(&mut zero_pending) {
                to.push(numerals.of(0));
            }
            to.push(numerals.of(*digit));
            to.push_str(units.get(unit).copied().unwrap_or_default());
        }
        if unit == 0 && is_filled(group) {
            to.push_str(match group {
                0 => "",
                1 => "万",
                2 => "亿",
                _ if is_filled(2) => "万",
                _ => "万亿",
            });
        }
    }
}
