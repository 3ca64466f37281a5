//! Number formats of cells (ECMA-376 part 1, 18.8.31). A format may show another value than the cell stores: times 100 with
//! a percent sign, a day instead of a count of days, a thousandth, more or fewer digits, or further text. What a person sees
//! counts. Rounding is the exception: an amount has its full precision.

mod date;
mod fraction;
mod numerals;

use super::sheet::CellValue;
use calamine::{ExcelDateTime, ExcelDateTimeType};
use date::DateCode;
use domain::schema::Kind;
use fraction::Fraction;
use numerals::{Numerals, write_chinese};
use std::{fmt::Write as _, iter::Peekable, str::Chars, sync::Arc};

/// How a cell displays its number or its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum NumberFormat {
    /// As a plain number, all digits (`General`).
    #[default]
    Number,
    /// By the sections of a format code.
    Sections(Arc<Sections>),
}

/// Converts a day that a workbook counts from 1904 into a day counted from 1900 (ECMA-376 part 1, 18.17.4.1). A value
/// below 1 is a time of day and stays unchanged.
pub(super) fn days_from_1904(days: f64) -> f64 {
    const DAYS_BETWEEN: f64 = 1462.0;
    if days < 1.0 { days } else { days + DAYS_BETWEEN }
}

/// The day after 9999-12-31. Spreadsheet programs show no dates from this day on.
const END_OF_DATES: f64 = 2_958_466.0;

/// Maximum number of characters of a format code. Spreadsheet programs accept 255.
const MAX_CODE_CHARACTERS: usize = 1_000;

impl NumberFormat {
    /// Parses the code of a number format.
    pub(super) fn parse(code: &str) -> Self {
        let sections = Sections::parse(code);
        if sections.text.is_none() && sections.numbers.iter().all(Section::is_plain) {
            return Self::Number;
        }
        Self::Sections(Arc::new(sections))
    }

    /// The built-in format with this id (ECMA-376 part 1, 18.8.30). Dates and times, of which some depend on the region of
    /// the computer, are those of China.
    pub(super) fn builtin(id: u16) -> Self {
        let code = match id {
            1 => "0",
            2 => "0.00",
            3 | 37 | 38 => "#,##0",
            4 | 39 | 40 => "#,##0.00",
            5 | 6 => "¥#,##0;¥-#,##0",
            7 | 8 => "¥#,##0.00;¥-#,##0.00",
            9 => "0%",
            10 => "0.00%",
            11 => "0.00E+00",
            12 => "# ?/?",
            13 => "# ??/??",
            14 => "yyyy/m/d",
            15 => "d-mmm-yy",
            16 => "d-mmm",
            17 => "mmm-yy",
            18 => "h:mm AM/PM",
            19 => "h:mm:ss AM/PM",
            20 => "h:mm",
            21 => "h:mm:ss",
            22 => "yyyy/m/d h:mm",
            27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
            28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
            30 => "m-d-yy",
            31 => LONG_DATE,
            32 => "h\"时\"mm\"分\"",
            33 => "h\"时\"mm\"分\"ss\"秒\"",
            34 | 55 => "上午/下午h\"时\"mm\"分\"",
            35 | 56 => "上午/下午h\"时\"mm\"分\"ss\"秒\"",
            41 => "#,##0;-#,##0;\"-\"",
            42 => "¥#,##0;¥-#,##0;¥\"-\"",
            43 => "#,##0.00;-#,##0.00;\"-\"??",
            44 => "¥#,##0.00;¥-#,##0.00;¥\"-\"??",
            45 => "mm:ss",
            46 => "[h]:mm:ss",
            47 => "mm:ss.0",
            48 => "##0.0E+0",
            _ => "General",
        };
        Self::parse(code)
    }

    /// Whether the number of a cell with this format counts days.
    pub(super) fn is_date(&self) -> bool {
        match self {
            Self::Sections(sections) => sections.numbers.iter().any(|section| section.layout == Layout::Date),
            Self::Number => false,
        }
    }

    /// What a person sees of a number in a column of this kind. A day is counted from 1900.
    pub(super) fn show(&self, kind: Kind, value: f64) -> Shown<'_> {
        match self {
            Self::Sections(sections) => sections.show(kind, value),
            Self::Number => Shown::Value(CellValue::Number { value, percent: false }),
        }
    }
}

/// From this value on, a number has more than the 15 digits that spreadsheet programs keep.
const END_OF_EXACT_DIGITS: f64 = 1e15;

/// The long date of a computer in China.
const LONG_DATE: &str = "yyyy\"年\"m\"月\"d\"日\"";
/// The time of a computer in China.
const TIME: &str = "h:mm:ss";

/// Whether spreadsheet programs show these days, counted from 1900, as a date.
pub(super) fn is_in_calendar(days: f64) -> bool {
    (0.0..END_OF_DATES).contains(&days)
}

/// The sections of a format code: for positive numbers, negative numbers, zero and text, or by conditions.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sections {
    /// At most three. None means `General`.
    numbers: Vec<Section>,
    /// What the format makes of a text. `None`: it shows the text unchanged.
    text: Option<Vec<Token>>,
}

/// A section for numbers.
#[derive(Debug, PartialEq)]
struct Section {
    condition: Option<Condition>,
    tokens: Vec<Token>,
    numerals: Numerals,
    /// Whether the names of months and days are Chinese.
    is_chinese: bool,
    layout: Layout,
    /// Whether the text around the digits names another unit than 万元.
    contradicts_amount: bool,
    /// Whether the text around the digits names another unit than percent.
    contradicts_ratio: bool,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(String),
    /// A place for a digit: `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`. `true`: a plus sign is shown too.
    Exponent(bool),
    Slash,
    General,
    Date(DateCode),
    /// The text of the cell (`@`).
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
}

/// The condition of a section, for example `[>=10000]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Condition {
    comparison: Comparison,
    bound: f64,
}

impl Condition {
    fn parse(text: &str) -> Option<Self> {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let comparisons =
            [("<=", LessOrEqual), (">=", GreaterOrEqual), ("<>", NotEqual), ("<", Less), (">", Greater), ("=", Equal)];
        let (bound, comparison) =
            comparisons.into_iter().find_map(|(sign, comparison)| Some((text.strip_prefix(sign)?, comparison)))?;
        Some(Self { comparison, bound: bound.trim().parse().ok()? })
    }

    #[allow(clippy::float_cmp)]
    fn holds(self, value: f64) -> bool {
        match self.comparison {
            Comparison::Less => value < self.bound,
            Comparison::LessOrEqual => value <= self.bound,
            Comparison::Equal => value == self.bound,
            Comparison::NotEqual => value != self.bound,
            Comparison::Greater => value > self.bound,
            Comparison::GreaterOrEqual => value >= self.bound,
        }
    }
}

/// What a section does with a number.
#[derive(Clone, Debug, PartialEq)]
enum Layout {
    /// All digits of the number.
    General,
    Date,
    /// A power of ten: 1.38E+10.
    Exponent,
    /// A fraction: 1/2.
    Fraction(Fraction),
    /// Text without the number.
    Literal,
    Digits(DigitLayout),
}

/// The places of the digits in a section.
#[derive(Clone, Debug, Default, PartialEq)]
struct DigitLayout {
    /// Places before the decimal point.
    whole: usize,
    /// Places behind it.
    decimals: usize,
    grouped: bool,
    /// The number of commas that each stand for a division by 1,000.
    thousands: i32,
    percents: i32,
    /// The places behind a point that is put in as text: `0"."0` shows 26 as 2.6.
    places_behind_literal_point: i32,
    /// Whether text between the digits, or digits in the text, make another number of it.
    altered_by_text: bool,
    /// Whether at least one digit is always shown.
    shows_zero: bool,
}

/// What a person sees of a number in a column.
pub(super) enum Shown<'a> {
    /// A value.
    Value(CellValue),
    /// A text.
    Text(NumberText<'a>),
    /// A text that stands for the number, but does not have its digits: 1.38E+10, or ##### for what is no date.
    Abbreviated(NumberText<'a>),
}

/// The text that a section makes of a number.
pub(super) struct NumberText<'a> {
    section: &'a Section,
    value: f64,
    /// Whether a minus sign is shown. A section for negative numbers has a sign of its own.
    signed: bool,
}

impl Sections {
    fn parse(code: &str) -> Self {
        let mut drafts = Parser::parse(code);
        // A single section without content, such as a colour, is `General`.
        if matches!(drafts.as_slice(), [only] if only.tokens.is_empty() && only.system_code.is_none()) {
            drafts.clear();
        }
        let has_text_section =
            drafts.len() == 4 || drafts.last().is_some_and(|draft| draft.tokens.contains(&Token::Text));
        let text = if has_text_section { drafts.pop().map(|draft| draft.tokens) } else { None };
        // A code with more sections is no format.
        if drafts.len() > 3 {
            drafts.clear();
        }
        Self {
            numbers: drafts.into_iter().map(Section::new).collect(),
            text: text.filter(|tokens| *tokens != [Token::Text]),
        }
    }

    /// Writes what the format makes of a text. Returns `false` if it shows the text unchanged.
    pub(super) fn write_text(&self, text: &str, to: &mut String) -> bool {
        let Some(tokens) = &self.text else { return false };
        for token in tokens {
            match token {
                Token::Literal(literal) => to.push_str(literal),
                Token::Digit(digit) => to.push(*digit),
                Token::Point => to.push('.'),
                Token::Comma => to.push(','),
                Token::Percent => to.push('%'),
                Token::Slash => to.push('/'),
                Token::Text => to.push_str(text),
                Token::Exponent(_) | Token::General | Token::Date(_) => {}
            }
        }
        true
    }

    /// Whether the format shows texts unchanged.
    pub(super) const fn keeps_text(&self) -> bool {
        self.text.is_none()
    }

    /// The section for a number, and whether a minus sign is shown before it.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        let (first, second, third) = (self.numbers.first()?, self.numbers.get(1), self.numbers.get(2));
        let signed = value < 0.0;
        let condition = |section: Option<&Section>| section.and_then(|section| section.condition);
        if condition(Some(first)).is_none() && condition(second).is_none() {
            return Some(match (second, third) {
                (Some(negative), _) if value < 0.0 => (negative, false),
                (_, Some(zero)) if value == 0.0 => (zero, false),
                _ => (first, signed),
            });
        }
        let holds = |section: &&Section| section.condition.is_some_and(|condition| condition.holds(value));
        let other = match (first.condition, condition(second)) {
            (None, _) => Some(first),
            (Some(_), None) if value < 0.0 || third.is_none() => second,
            (Some(_), _) => third,
        };
        let chosen = Some(first).filter(holds).or_else(|| second.filter(holds)).or(other);
        chosen.or(Some(first)).map(|section| (section, signed))
    }

    /// What a person sees of a number in a column of this kind.
    fn show(&self, kind: Kind, value: f64) -> Shown<'_> {
        let number = |percent| Shown::Value(CellValue::Number { value, percent });
        let Some((section, signed)) = self.section(value) else { return number(false) };
        if value.abs() >= END_OF_EXACT_DIGITS && section.layout != Layout::Date {
            return number(false);
        }
        let text = NumberText { section, value, signed };
        if kind.is_number() { section.show_amount(kind, text) } else { section.show_text(text) }
    }
}

impl Section {
    /// What a person sees in a text column: the text that the section makes of the number.
    fn show_text<'a>(&self, text: NumberText<'a>) -> Shown<'a> {
        let is_abbreviation = match self.layout {
            Layout::Exponent => true,
            Layout::Date => !is_in_calendar(text.value),
            _ => false,
        };
        if is_abbreviation { Shown::Abbreviated(text) } else { Shown::Text(text) }
    }

    /// What a person sees in a number column: the number in full precision, unless the section makes another one of it.
    fn show_amount<'a>(&self, kind: Kind, text: NumberText<'a>) -> Shown<'a> {
        let value = text.value;
        let number = |percent| Shown::Value(CellValue::Number { value, percent });
        let contradicts = if kind == Kind::Ratio { self.contradicts_ratio } else { self.contradicts_amount };
        match &self.layout {
            Layout::Date if is_in_calendar(value) => Shown::Value(CellValue::Date(value)),
            Layout::Exponent | Layout::Fraction(_) => number(false),
            Layout::Literal if value == 0.0 && self.is_dash() => number(false),
            Layout::General if !contradicts && !self.adds_digits() => number(false),
            Layout::Digits(digits) if !contradicts && !digits.altered_by_text => {
                let places = digits.thousands.saturating_mul(3).saturating_add(digits.places_behind_literal_point);
                let may_be_invisible = !digits.shows_zero && digits.scaled(value).abs() < 1.0;
                match (digits.percents, places) {
                    _ if may_be_invisible => Shown::Text(text),
                    (0, 0) => number(false),
                    (1, 0) => number(true),
                    (0, _) => Shown::Value(CellValue::Scaled { stored: value, shown: value / 10_f64.powi(places) }),
                    _ => Shown::Text(text),
                }
            }
            Layout::Date | Layout::Literal | Layout::General | Layout::Digits(_) => Shown::Text(text),
        }
    }
}

impl DigitLayout {
    /// The number whose digits are shown.
    fn scaled(&self, value: f64) -> f64 {
        value * 100_f64.powi(self.percents) / 1_000_f64.powi(self.thousands)
    }
}

/// A section that is being parsed.
#[derive(Default)]
struct Draft {
    condition: Option<Condition>,
    tokens: Vec<Token>,
    numerals: Numerals,
    is_chinese: bool,
    /// The code that the computer shows instead of this one.
    system_code: Option<&'static str>,
}

impl Draft {
    fn literal(&mut self, text: &str) {
        if let Some(Token::Literal(last)) = self.tokens.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.tokens.push(Token::Literal(text.to_owned()));
        }
    }

    fn character(&mut self, c: char) {
        self.literal(c.encode_utf8(&mut [0; 4]));
    }

    /// The locale of a section, a number or a tag: a language, or a format of the computer's own.
    fn set_locale(&mut self, locale: &str) {
        const LANGUAGE: u32 = 0x3FF;
        const CHINESE: u32 = 0x04;
        match (locale, u32::from_str_radix(locale, 16)) {
            (_, Ok(0xF800)) | ("x-sysdate", _) => self.system_code = Some(LONG_DATE),
            (_, Ok(0xF400)) | ("x-systime", _) => self.system_code = Some(TIME),
            (_, Ok(locale)) => self.is_chinese = locale & LANGUAGE == CHINESE,
            (tag, Err(_)) => self.is_chinese = tag.starts_with("zh"),
        }
    }
}

/// Splits a code into sections and tokens.
#[derive(Default)]
struct Parser {
    done: Vec<Draft>,
    draft: Draft,
}

impl Parser {
    fn parse(code: &str) -> Vec<Draft> {
        let mut parser = Self::default();
        let code: String = code.chars().take(MAX_CODE_CHARACTERS).collect();
        let mut chars = code.chars().peekable();
        while parser.next(&mut chars) {}
        let mut drafts = parser.done;
        drafts.push(parser.draft);
        drafts
    }

    /// Reads the next token. Returns `false` at the end.
    fn next(&mut self, chars: &mut Peekable<Chars<'_>>) -> bool {
        let Some(c) = chars.peek() else { return false };
        let names: &[(&str, Token)] = match c {
            'G' | 'g' => &[("General", Token::General), ("G/通用格式", Token::General)],
            'A' | 'a' => &[("AM/PM", Token::Date(DateCode::HalfDay)), ("A/P", Token::Date(DateCode::HalfDayLetter))],
            '上' => &[("上午/下午", Token::Date(DateCode::ChineseHalfDay))],
            _ => &[],
        };
        let starts_with = |(name, _): &&(&str, Token)| {
            let mut rest = chars.clone();
            name.chars().all(|expected| rest.next().is_some_and(|c| c.eq_ignore_ascii_case(&expected)))
        };
        if let Some((name, token)) = names.iter().find(starts_with) {
            chars.by_ref().take(name.chars().count()).for_each(drop);
            self.draft.tokens.push(token.clone());
            return true;
        }
        let Some(c) = chars.next() else { return false };
        let draft = &mut self.draft;
        match c {
            ';' => self.done.push(std::mem::take(draft)),
            '0' | '#' | '?' => draft.tokens.push(Token::Digit(c)),
            '.' if !draft.tokens.contains(&Token::Point) => draft.tokens.push(Token::Point),
            ',' => draft.tokens.push(Token::Comma),
            '%' => draft.tokens.push(Token::Percent),
            '/' => draft.tokens.push(Token::Slash),
            '@' => draft.tokens.push(Token::Text),
            'E' | 'e' if matches!(chars.peek(), Some('+' | '-')) => {
                draft.tokens.push(Token::Exponent(chars.next() == Some('+')));
            }
            'e' | 'E' | 'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'a' | 'A' => {
                let mut count = 1;
                while chars.next_if(|next| next.eq_ignore_ascii_case(&c)).is_some() {
                    count += 1;
                }
                // `aaa` and `aaaa` are days of the week, a single letter is text.
                if matches!(c, 'a' | 'A') && count < 3 {
                    draft.literal(&String::from(c).repeat(count));
                } else {
                    draft.tokens.push(Token::Date(DateCode::Letters(c.to_ascii_lowercase(), count)));
                }
            }
            // Chinese Excel escapes with an exclamation mark.
            '\\' | '!' => chars.next().into_iter().for_each(|c| draft.character(c)),
            // A blank as wide as the next character, or the next character as often as the column is wide.
            '_' | '*' => drop(chars.next()),
            '"' => draft.literal(&chars.by_ref().take_while(|c| *c != '"').collect::<String>()),
            '[' => self.bracket(&chars.by_ref().take_while(|c| *c != ']').collect::<String>()),
            other => draft.character(other),
        }
        true
    }

    /// Brackets hold a condition, a currency, numerals, a colour, or elapsed hours, minutes or seconds.
    fn bracket(&mut self, inside: &str) {
        let draft = &mut self.draft;
        if let Some(currency) = inside.strip_prefix('$') {
            let (currency, locale) = currency.split_once('-').unwrap_or((currency, ""));
            draft.literal(currency);
            draft.set_locale(locale);
        } else if inside.starts_with(['<', '>', '=']) {
            draft.condition = Condition::parse(inside);
        } else if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
            let letter = inside.chars().next().unwrap_or('h').to_ascii_lowercase();
            draft.tokens.push(Token::Date(DateCode::Elapsed(letter, inside.len())));
        } else {
            match inside.to_ascii_lowercase().as_str() {
                "dbnum1" => draft.numerals = Numerals::Chinese,
                "dbnum2" => draft.numerals = Numerals::Formal,
                "dbnum3" => draft.numerals = Numerals::FullWidth,
                _ => {}
            }
        }
    }
}

impl Section {
    fn new(draft: Draft) -> Self {
        let Draft { condition, mut tokens, numerals, is_chinese, system_code } = draft;
        if let Some(code) = system_code {
            tokens = Parser::parse(code).into_iter().next().map(|draft| draft.tokens).unwrap_or_default();
        }
        let is_digit = |token: &Token| matches!(token, Token::Digit(_));
        let layout = if tokens.iter().any(|token| matches!(token, Token::Date(_))) {
            Layout::Date
        } else if tokens.contains(&Token::General) {
            Layout::General
        } else if !tokens.iter().any(is_digit) {
            Layout::Literal
        } else if tokens.iter().any(|token| matches!(token, Token::Exponent(_))) {
            Layout::Exponent
        } else if let Some(fraction) = Fraction::parse(&tokens) {
            Layout::Fraction(fraction)
        } else {
            Layout::Digits(digit_layout(&tokens))
        };
        let literals: String = tokens.iter().filter_map(Token::as_literal).collect();
        Self {
            contradicts_amount: names_other_amount(&literals),
            contradicts_ratio: names_other_ratio(&literals),
            condition,
            tokens,
            numerals,
            is_chinese,
            layout,
        }
    }

    /// Whether the section is nothing but `General`.
    fn is_plain(&self) -> bool {
        self.tokens == [Token::General] && self.numerals == Numerals::Ascii
    }

    /// Whether the text of the section has digits.
    fn adds_digits(&self) -> bool {
        self.tokens.iter().filter_map(Token::as_literal).flat_map(str::chars).any(char::is_numeric)
    }

    /// Whether the section shows a dash, as accounting formats do for zero.
    fn is_dash(&self) -> bool {
        let mut characters = self.tokens.iter().filter_map(Token::as_literal).flat_map(str::chars);
        let mut dashes = 0;
        let only_dashes = characters.all(|c| {
            dashes += usize::from(domain::normalize::is_dash(c));
            domain::normalize::is_dash(c) || c.is_whitespace() || matches!(c, '¥' | '￥' | '$')
        });
        only_dashes && dashes > 0
    }
}

impl Token {
    fn as_literal(&self) -> Option<&str> {
        if let Self::Literal(text) = self { Some(text) } else { None }
    }
}

fn digit_layout(tokens: &[Token]) -> DigitLayout {
    let is_digit = |token: &Token| matches!(token, Token::Digit(_));
    let point = tokens.iter().position(|token| *token == Token::Point).unwrap_or(tokens.len());
    let first = tokens.iter().position(is_digit).unwrap_or_default();
    let last = tokens.iter().rposition(is_digit).unwrap_or_default();
    let last_whole = tokens.iter().take(point).rposition(is_digit);
    let mut layout = DigitLayout::default();
    let mut scales = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Digit(place) => {
                if index < point {
                    layout.whole += 1;
                } else {
                    layout.decimals += 1;
                }
                layout.shows_zero |= *place == '0';
                layout.places_behind_literal_point += i32::from(scales);
            }
            // More signs would only make the number infinite.
            Token::Percent => layout.percents = (layout.percents + 1).min(4),
            Token::Comma if last_whole.is_some_and(|last| (first..last).contains(&index)) => layout.grouped = true,
            Token::Comma => {
                let follows = index.checked_sub(1).and_then(|before| tokens.get(before));
                let counts =
                    follows.is_some_and(|token| is_digit(token) || matches!(token, Token::Comma | Token::Point));
                layout.thousands += i32::from(counts);
            }
            Token::Literal(text) if (first..last).contains(&index) => match text.trim() {
                "" => {}
                "." | "．" if point == tokens.len() && !scales => scales = true,
                _ => layout.altered_by_text = true,
            },
            Token::Literal(text) => {
                layout.altered_by_text |= text.chars().any(char::is_numeric);
                layout.shows_zero = true;
            }
            _ => {}
        }
    }
    layout
}

/// Whether the text around an amount names another unit than 万元.
fn names_other_amount(text: &str) -> bool {
    const OTHER_UNITS: [&str; 12] = ["元", "角", "千", "仟", "百", "佰", "亿", "億", "兆", "%", "％", "‰"];
    let has = |units: &[&str]| units.iter().any(|unit| text.contains(unit));
    if has(&["十万", "拾万"]) || matches!(text.trim(), "k" | "K" | "m" | "M") {
        return true;
    }
    let others = text.replace("万元", "");
    OTHER_UNITS.iter().any(|unit| others.contains(unit))
}

/// Whether the text around a ratio names another unit than percent.
fn names_other_ratio(text: &str) -> bool {
    let others = text.replace("百分之", "").replace("百分比", "");
    ["元", "万", "亿", "千", "成", "‰"].iter().any(|unit| others.contains(unit))
}

impl NumberText<'_> {
    /// Appends the text.
    pub(super) fn write(&self, to: &mut String) {
        let Self { section, value, signed } = *self;
        let start = to.len();
        let has_digits = match &section.layout {
            Layout::Date if is_in_calendar(value) => {
                date::write(&section.tokens, value, section.is_chinese, section.numerals, to);
                false
            }
            Layout::Date => {
                to.push_str("#####");
                false
            }
            Layout::Digits(layout) => section.write_digits(&section.tokens, layout, value, to),
            Layout::Fraction(fraction) => fraction.write(&section.tokens, value, to),
            Layout::Exponent => section.write_exponent(value, to),
            Layout::General | Layout::Literal => {
                for token in &section.tokens {
                    match token {
                        Token::Literal(text) => to.push_str(text),
                        Token::General => section.write_general(value, to),
                        Token::Percent => to.push('%'),
                        _ => {}
                    }
                }
                value != 0.0
            }
        };
        if signed && has_digits {
            to.insert(start, '-');
        }
    }
}

impl Section {
    fn push_digit(&self, digit: u8, to: &mut String) {
        to.push(self.numerals.of(digit));
    }

    /// Writes all digits of a number, without its sign.
    fn write_general(&self, value: f64, to: &mut String) {
        let digits = Decimal::of(value, usize::MAX);
        if digits.whole.is_empty() {
            self.push_digit(0, to);
        } else if self.numerals.has_units() {
            write_chinese(&digits.whole, self.numerals, to);
        } else {
            digits.whole.iter().for_each(|digit| self.push_digit(*digit, to));
        }
        if !digits.fraction.is_empty() {
            to.push('.');
            digits.fraction.iter().for_each(|digit| self.push_digit(*digit, to));
        }
    }

    /// Writes a number as a power of ten, without its sign: the digits of a number between 1 and 10, or 1,000 for three
    /// places, and the exponent. Returns whether a digit is not 0.
    fn write_exponent(&self, value: f64, to: &mut String) -> bool {
        let is_exponent = |token: &Token| matches!(token, Token::Exponent(_));
        let at = self.tokens.iter().position(is_exponent).unwrap_or(self.tokens.len());
        let (mantissa, power) = self.tokens.split_at_checked(at).unwrap_or((&self.tokens, &[]));
        let layout = digit_layout(mantissa);
        let step = i32::try_from(layout.whole.max(1)).unwrap_or(1);
        let exponent_of = |value: f64| {
            let text = format!("{value:.14e}");
            let exponent: i32 =
                text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or_default();
            exponent - exponent.rem_euclid(step)
        };
        let value = value.abs();
        let mut exponent = exponent_of(value);
        // Rounding may give a digit more.
        let rounded = Decimal::of(value / 10_f64.powi(exponent), layout.decimals);
        if rounded.whole.len() > layout.whole.max(1) {
            exponent += step;
        }
        let has_digits = self.write_digits(mantissa, &layout, value / 10_f64.powi(exponent), to);
        let places = power.iter().filter(|token| matches!(token, Token::Digit(_))).count();
        let sign = match power.first() {
            _ if exponent < 0 => "-",
            Some(Token::Exponent(true)) => "+",
            _ => "",
        };
        let _ = write!(to, "E{sign}{:0places$}", exponent.abs());
        to.extend(power.iter().filter_map(Token::as_literal));
        has_digits
    }

    /// Writes the digits in their places, without the sign of the number. Returns whether a digit is not 0.
    fn write_digits(&self, tokens: &[Token], layout: &DigitLayout, value: f64, to: &mut String) -> bool {
        let Decimal { whole, fraction } = Decimal::of(layout.scaled(value.abs()), layout.decimals);
        let is_nonzero = !whole.is_empty() || !fraction.is_empty();
        let mut fraction = fraction.into_iter();
        // Number of places before the decimal point that are still to come.
        let mut places = layout.whole;
        let push = |digit: u8, place: usize, to: &mut String| {
            self.push_digit(digit, to);
            if layout.grouped && place > 0 && place.is_multiple_of(3) {
                to.push(',');
            }
        };
        let mut is_fraction = false;
        for token in tokens {
            match token {
                Token::Literal(text) => to.push_str(text),
                Token::Percent => to.push('%'),
                Token::Point => {
                    if layout.whole == 0 {
                        for digit in &whole {
                            self.push_digit(*digit, to);
                        }
                    }
                    is_fraction = true;
                    to.push('.');
                }
                Token::Digit(place) if is_fraction => match (fraction.next(), place) {
                    (Some(digit), _) => self.push_digit(digit, to),
                    (None, '0') => self.push_digit(0, to),
                    (None, _) => {}
                },
                Token::Digit(place) => {
                    let is_first = places == layout.whole;
                    places -= 1;
                    if places >= whole.len() {
                        if *place == '0' {
                            push(0, places, to);
                        }
                        continue;
                    }
                    // The first place takes all digits that have no place of their own.
                    let end = whole.len() - places;
                    let start = if is_first { 0 } else { end - 1 };
                    for (index, digit) in whole.iter().enumerate().take(end).skip(start) {
                        push(*digit, whole.len() - 1 - index, to);
                    }
                }
                _ => {}
            }
        }
        is_nonzero
    }
}

/// The digits of a number without its sign, rounded to the 15 digits that spreadsheet programs keep.
struct Decimal {
    /// Without leading zeros.
    whole: Vec<u8>,
    /// Without trailing zeros.
    fraction: Vec<u8>,
}

impl Decimal {
    /// Rounds half up to `places` behind the decimal point.
    fn of(value: f64, places: usize) -> Self {
        /// No larger number is shown with all its digits.
        const MAX_EXPONENT: i32 = 40;
        let nothing = Self { whole: Vec::new(), fraction: Vec::new() };
        let text = format!("{:.14e}", value.abs());
        let Some((digits, exponent)) = text.split_once('e') else { return nothing };
        let Some(exponent) = exponent.parse().ok().filter(|e: &i32| e.abs() <= MAX_EXPONENT) else { return nothing };
        // The digits from the first whole place, or from the first decimal place, on.
        let leading = usize::try_from(-1 - exponent).unwrap_or_default();
        let whole = usize::try_from(exponent + 1).unwrap_or_default();
        let mut all: Vec<u8> = std::iter::repeat_n(0, leading)
            .chain(digits.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0'))
            .collect();
        if all.len() < whole {
            all.resize(whole, 0);
        }
        let kept = whole.saturating_add(places);
        let mut carry = all.get(kept).is_some_and(|digit| *digit >= 5);
        all.truncate(kept);
        for digit in all.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == 9;
            *digit = if carry { 0 } else { *digit + 1 };
        }
        let mut fraction = all.split_off(whole.min(all.len()));
        let mut whole = all;
        if carry {
            whole.insert(0, 1);
        }
        let significant = fraction.iter().rposition(|digit| *digit != 0).map_or(0, |last| last + 1);
        fraction.truncate(significant);
        let zeros = whole.iter().take_while(|digit| **digit == 0).count();
        Self { whole: whole.split_off(zeros), fraction }
    }
}

/// Formats a date, a time or both similar to what a person sees: `2026-03-01`, `2026-03-01 10:00`, `10:00`.
pub(super) fn format_date(days: f64) -> String {
    let moment = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false);
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    match (days < 1.0, days.fract() == 0.0) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests;
