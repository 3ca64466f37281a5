//! 月度通报: the notice that a superior sends to its units every month, with tables. The figures are those of the reports; the
//! reader edits the texts.

use crate::{
    Problem,
    calendar::{Day, Timestamp},
    plan_parameters::CompletionBasis,
    report::{AmountUnit, Rate, ReportKind, ReportSummary, ReportTable},
    situation::Situation,
    unit::UnitRef,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A month of a year, as the number yyyymm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BulletinMonth(i32);

impl BulletinMonth {
    /// Parses the word in URLs: `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let first = Day::parse(&format!("{text}-01"))?;
        Some(Self(first.month_number()))
    }

    /// The months of this year and the last one that are over, the newest first.
    pub fn choices(today: Day) -> Vec<Self> {
        let (this, last) = (today.year(), today.year() - 1);
        let months = |year: i32, months: u32| {
            (1..=months).rev().map(move |month| Self(Day::first_of_year(year).in_month(month).month_number()))
        };
        months(this, today.month() - 1).chain(months(last, 12)).collect()
    }

    /// The month that is asked for, if it can be chosen, and otherwise the last one that is over.
    pub fn chosen(asked: Option<Self>, today: Day) -> Self {
        let before = match today.month() {
            1 => Day::last_of_year(today.year() - 1),
            month => today.in_month(month - 1),
        };
        asked.filter(|month| Self::choices(today).contains(month)).unwrap_or(Self(before.month_number()))
    }

    /// The last day of the month.
    pub fn last_day(self) -> Day {
        // Whoever calls a server function can send a number that is no month.
        Day::from_number(self.0.saturating_mul(100).saturating_add(1)).unwrap_or(Day::first_of_year(2000)).month_end()
    }

    /// The year.
    pub const fn year(self) -> i32 {
        self.0 / 100
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u32 {
        (self.0 % 100).unsigned_abs()
    }
}

impl fmt::Display for BulletinMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

/// Which month a bulletin is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulletinQuery {
    /// The last month that counts, from January on. `None`, and a month that has no bulletin: the last one that is over.
    pub month: Option<BulletinMonth>,
    /// The unit of the amounts.
    pub amounts: AmountUnit,
}

/// The units of a list of concerns: how many there are, and the names of the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedUnits {
    /// All of them.
    pub count: i64,
    /// The first [`MAX_NAMES`] in the order of the tree.
    pub names: Vec<String>,
}

/// Names of a list that a bulletin mentions at most.
pub const MAX_NAMES: u32 = 10;

/// The figures of a bulletin: the purchases from the beginning of the year until the end of a month, and the plans as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// The unit that publishes it about its subtree. `None` for the whole country.
    pub unit: Option<UnitRef>,
    /// The month.
    pub month: BulletinMonth,
    /// The months that can be chosen, the newest first.
    pub months: Vec<BulletinMonth>,
    /// Today, which is the date of the notice.
    pub today: Day,
    /// When the figures were read.
    pub read_at: Timestamp,
    /// 完成口径
    pub basis: CompletionBasis,
    /// 时间进度
    pub time: Rate,
    /// The year until the end of the month, beside the same time of the year before.
    pub summary: ReportSummary,
    /// What was completed in the month, in fen.
    pub of_month: i64,
    /// What was completed in the same month of the year before, in fen.
    pub of_month_last_year: i64,
    /// The plans and accounts of the subtree.
    pub situation: Situation,
    /// 未预留
    pub not_reserved: NamedUnits,
    /// 低于最低比例
    pub under_minimum: NamedUnits,
    /// 已预留零采购
    pub zero_purchases: NamedUnits,
    /// The tables, in their order.
    pub tables: Vec<ReportTable>,
}

impl Bulletin {
    /// A table.
    pub fn table(&self, kind: ReportKind) -> Option<&ReportTable> {
        self.tables.iter().find(|table| table.kind == kind)
    }
}

/// A text of the notice that the reader can edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BulletinPart {
    /// 标题
    Title,
    /// 主送单位
    Addressees,
    /// The paragraph before the sections.
    Opening,
    /// 总体情况
    Overview,
    /// 各单位进度
    Progress,
    /// 采购结构
    Structure,
    /// 存在问题
    Concerns,
    /// 工作要求
    Requirements,
    /// 结语
    Closing,
    /// 落款
    Issuer,
    /// 日期
    Date,
}

impl BulletinPart {
    /// All, in the order of the notice.
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Addressees,
        Self::Opening,
        Self::Overview,
        Self::Progress,
        Self::Structure,
        Self::Concerns,
        Self::Requirements,
        Self::Closing,
        Self::Issuer,
        Self::Date,
    ];

    /// The name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Addressees => "addressees",
            Self::Opening => "opening",
            Self::Overview => "overview",
            Self::Progress => "progress",
            Self::Structure => "structure",
            Self::Concerns => "concerns",
            Self::Requirements => "requirements",
            Self::Closing => "closing",
            Self::Issuer => "issuer",
            Self::Date => "date",
        }
    }

    /// Characters at most.
    pub const fn most_characters(self) -> u16 {
        if self.is_line() { 200 } else { 5_000 }
    }

    /// Whether it is one line.
    pub const fn is_line(self) -> bool {
        matches!(self, Self::Title | Self::Addressees | Self::Closing | Self::Issuer | Self::Date)
    }

    /// Whether it is a numbered section with a head.
    pub const fn is_section(self) -> bool {
        matches!(self, Self::Overview | Self::Progress | Self::Structure | Self::Concerns | Self::Requirements)
    }

    /// The tables below the text. They are left out with it.
    pub const fn tables(self) -> &'static [ReportKind] {
        match self {
            Self::Progress => &[ReportKind::Execution],
            Self::Structure => &[ReportKind::PurchaserTypes, ReportKind::Categories],
            Self::Concerns => &[ReportKind::Concerns],
            _ => &[],
        }
    }
}

/// The tables of a notice, in its order.
pub fn bulletin_tables() -> impl Iterator<Item = ReportKind> {
    BulletinPart::ALL.into_iter().flat_map(BulletinPart::tables).copied()
}

/// The texts of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulletinTexts([String; BulletinPart::ALL.len()]);

impl BulletinTexts {
    /// The text of each part.
    pub fn new(text: impl FnMut(BulletinPart) -> String) -> Self {
        Self(BulletinPart::ALL.map(text))
    }

    /// A text. Nothing where the reader has emptied it.
    pub fn get(&self, part: BulletinPart) -> &str {
        self.0.get(part as usize).map_or("", String::as_str)
    }

    /// The texts as a form sends them; `get` returns its field. A field that is missing keeps its text.
    /// [`Problem::TextTooLong`] for a field with more characters than it may have.
    pub fn edited(self, get: impl Fn(&str) -> Option<String>) -> Result<Self, Problem> {
        let mut texts = self;
        for (part, text) in BulletinPart::ALL.into_iter().zip(&mut texts.0) {
            let Some(typed) = get(part.as_str()) else { continue };
            let typed = printable(&typed, part.is_line());
            if typed.chars().count() > usize::from(part.most_characters()) {
                return Err(Problem::TextTooLong {
                    part: part.as_str().to_owned(),
                    limit: part.most_characters().into(),
                });
            }
            *text = typed;
        }
        Ok(texts)
    }
}

/// A text that documents can hold: XML has no control characters, and browsers send line breaks as CR LF.
fn printable(text: &str, is_line: bool) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_kept = |c: &char| *c == '\n' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    let text: String =
        text.chars().map(|c| if c == '\t' || (is_line && c == '\n') { ' ' } else { c }).filter(is_kept).collect();
    text.trim().to_owned()
}

/// A piece of the finished notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulletinBlock {
    /// 标题
    Title(String),
    /// 主送单位
    Addressees(String),
    /// The numbered head of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A table with its number.
    Table(u32, ReportKind),
    /// 落款 or 日期, at the end of the line.
    Signature(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn day(number: i32) -> Day {
        Day::from_number(number).unwrap()
    }

    #[rstest]
    #[case(20_261_201, "2026-11", 23)]
    #[case(20_261_231, "2026-11", 23)]
    #[case(20_260_115, "2025-12", 12)]
    #[case(20_260_301, "2026-02", 14)]
    fn the_newest_month_is_the_last_one_that_is_over(#[case] today: i32, #[case] newest: &str, #[case] count: usize) {
        let choices = BulletinMonth::choices(day(today));
        assert_eq!((choices[0].to_string().as_str(), choices.len()), (newest, count));
        assert_eq!(choices.last().unwrap().to_string(), format!("{}-01", today / 10_000 - 1));
        assert!(choices.is_sorted_by(|one, other| one > other));
        assert_eq!(BulletinMonth::chosen(None, day(today)), choices[0]);
        assert_eq!(BulletinMonth::chosen(BulletinMonth::parse("2030-01"), day(today)), choices[0]);
        assert_eq!(BulletinMonth::chosen(Some(choices[3]), day(today)), choices[3]);
    }

    #[test]
    fn months_are_read_back() {
        let month = BulletinMonth::parse("2024-02").unwrap();
        assert_eq!((month.to_string().as_str(), month.last_day()), ("2024-02", day(20_240_229)));
        assert_eq!((month.year(), month.month()), (2024, 2));
        for text in ["", "2024", "2024-13", "2024-2", "2024-02-01", "x-01"] {
            assert_eq!(BulletinMonth::parse(text), None, "{text}");
        }
        assert_eq!(BulletinMonth(i32::MAX).last_day(), day(20_000_131));
    }

    #[test]
    fn edited_texts_replace_the_draft_and_missing_ones_do_not() {
        let draft = BulletinTexts::new(|part| part.as_str().to_owned());
        let edited = draft.edited(|name| match name {
            "title" => Some(" 关于\r\n情况的通报\u{1} ".to_owned()),
            "overview" => Some("一\r\n\r\n二\u{0}\t三\u{ffff}".to_owned()),
            "closing" => Some("  ".to_owned()),
            _ => None,
        });
        let edited = edited.unwrap();
        assert_eq!(edited.get(BulletinPart::Title), "关于 情况的通报");
        assert_eq!(edited.get(BulletinPart::Overview), "一\n\n二 三");
        assert_eq!((edited.get(BulletinPart::Closing), edited.get(BulletinPart::Date)), ("", "date"));
    }

    #[rstest]
    #[case("title", 200)]
    #[case("concerns", 5_000)]
    fn a_text_has_a_limit(#[case] field: &str, #[case] limit: usize) {
        let edit = |length: usize| {
            BulletinTexts::default().edited(|name| (name == field).then(|| "长".repeat(length))).map(drop)
        };
        assert_eq!(edit(limit), Ok(()));
        let limit_of_problem = u32::try_from(limit).unwrap();
        assert_eq!(edit(limit + 1), Err(Problem::TextTooLong { part: field.to_owned(), limit: limit_of_problem }));
    }

    #[test]
    fn every_table_stands_once() {
        let tables: Vec<_> = bulletin_tables().collect();
        assert_eq!(tables.len(), 4);
        assert!(tables.iter().all(|kind| tables.iter().filter(|other| *other == kind).count() == 1));
    }
}
