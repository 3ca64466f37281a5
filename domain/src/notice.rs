//! Notices (通知公告): the operator writes them for everybody, finance departments and central competent units for their
//! subtrees. Every account keeps which of them it has read.

use crate::{
    Code,
    calendar::{Day, Timestamp},
    ids::NoticeId,
    normalize,
    paging::BoundedCount,
    problem::FieldFault,
};
use serde::{Deserialize, Serialize};

/// The most characters of a title.
pub const MAX_TITLE: usize = 100;

/// The most characters of a text.
pub const MAX_TEXT: usize = 5_000;

/// Notices on a page of the list.
pub const NOTICES_PER_PAGE: u32 = 20;

/// Unread notices are counted up to this number, and one more.
pub const MOST_UNREAD: u32 = 99;

/// 重要程度.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum Importance {
    /// 一般
    #[default]
    Normal,
    /// 重要
    Important,
}

impl Importance {
    /// All values.
    pub const ALL: [Self; 2] = [Self::Normal, Self::Important];

    /// The word in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Important => "important",
        }
    }

    /// Parses the word.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|importance| importance.as_str() == text)
    }
}

/// Where a notice stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    /// 发布中: those addressed see it.
    Published,
    /// 已结束: its last day is over.
    Ended,
    /// 已撤回: its author has withdrawn it.
    Withdrawn,
}

impl NoticeState {
    /// The state of a notice on a day.
    pub fn of(withdrawn_at: Option<Timestamp>, ends_on: Option<Day>, today: Day) -> Self {
        if withdrawn_at.is_some() {
            Self::Withdrawn
        } else if ends_on.is_some_and(|last| last < today) {
            Self::Ended
        } else {
            Self::Published
        }
    }
}

/// The input of a notice. The field names equal the names of the inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeForm {
    /// 标题
    pub title: String,
    /// 正文, with a line for each paragraph.
    pub text: String,
    /// 重要程度, the word. None is normal.
    pub importance: String,
    /// 截止日期: the last day on which it is shown, yyyy-mm-dd. It may be empty.
    pub ends_on: String,
}

/// The valid data of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeInput {
    /// The title, one line.
    pub title: String,
    /// The text. Lines end in `\n`.
    pub text: String,
    /// How important it is.
    pub importance: Importance,
    /// The last day on which it is shown.
    pub ends_on: Option<Day>,
}

impl NoticeForm {
    /// The valid data, without invisible characters, or the fields that the author must correct.
    pub fn check(&self, today: Day) -> Result<NoticeInput, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code: Option<Code>| {
            faults.extend(code.map(|code| FieldFault::new(field, code)));
        };
        let title = tidy(&self.title);
        let breaks_line = |c: char| c.is_control() || is_line_separator(c);
        fault("title", text_fault(&title, MAX_TITLE, breaks_line));
        let text = lines(&self.text);
        fault("text", text_fault(&text, MAX_TEXT, |c| c != '\n' && c.is_control()));
        let importance =
            if self.importance.is_empty() { Some(Importance::Normal) } else { Importance::from_name(&self.importance) };
        fault("importance", importance.is_none().then_some(Code::NotInList));
        let typed = self.ends_on.trim();
        let ends_on = Day::parse(typed);
        let day_fault = match ends_on {
            None => (!typed.is_empty()).then_some(Code::NumberFormat),
            Some(day) => (day < today).then_some(Code::NumberRange),
        };
        fault("ends_on", day_fault);
        match importance {
            Some(importance) if faults.is_empty() => Ok(NoticeInput { title, text, importance, ends_on }),
            _ => Err(faults),
        }
    }
}

/// Without outer white space and invisible characters.
fn tidy(typed: &str) -> String {
    normalize::text(typed).unwrap_or_else(|| typed.to_owned())
}

const fn is_line_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The tidied lines of a text, without empty ones before and behind it. Tabulators become spaces.
fn lines(typed: &str) -> String {
    let unified = typed.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    let lines: Vec<String> = unified.split('\n').map(tidy).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn text_fault(text: &str, most: usize, is_bad: impl Fn(char) -> bool) -> Option<Code> {
    if text.is_empty() {
        Some(Code::Required)
    } else if text.chars().count() > most {
        Some(Code::TooLong)
    } else if text.chars().any(is_bad) {
        Some(Code::BadCharacters)
    } else {
        None
    }
}

/// A notice in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeListItem {
    /// The notice.
    pub id: NoticeId,
    /// Its title.
    pub title: String,
    /// How important it is.
    pub importance: Importance,
    /// Name of the unit that has written it; `None` for the operator.
    pub author: Option<String>,
    /// When it was published.
    pub published_at: Timestamp,
    /// The last day on which it is shown.
    pub ends_on: Option<Day>,
    /// Where it stands.
    pub state: NoticeState,
    /// Whether the account has read it.
    pub is_read: bool,
}

/// A page of notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesPage {
    /// The notices: unread ones first, then the newest.
    pub rows: Vec<NoticeListItem>,
    /// Number of notices in the list.
    pub total: BoundedCount,
    /// The cursor behind which the next page begins. `None` on the last page.
    pub next: Option<String>,
    /// Whether the account may write notices.
    pub may_write: bool,
    /// Whether these are the account's own notices.
    pub own: bool,
}

/// How many of the accounts addressed have read a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeReaders {
    /// Those that have read it.
    pub read: BoundedCount,
    /// The management and trading accounts that are addressed today.
    pub addressed: u32,
}

/// A notice in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// What the list has of it.
    pub item: NoticeListItem,
    /// Its version. An edit sends it back.
    pub version: i32,
    /// Its text, in the form in which its author edits it.
    pub form: NoticeForm,
    /// When it was last changed after it was published.
    pub edited_at: Option<Timestamp>,
    /// For its author: how many have read it.
    pub readers: Option<NoticeReaders>,
    /// Number of notices that the account has not read, up to one more than [`MOST_UNREAD`].
    pub unread: u32,
}

impl NoticeView {
    /// The paragraphs of the text.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.form.text.lines().filter(|line| !line.is_empty())
    }

    /// Whether the account is its author, who may still change it.
    pub const fn may_change(&self) -> bool {
        self.readers.is_some() && !matches!(self.item.state, NoticeState::Withdrawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const TODAY: i32 = 20_261_130;

    fn today() -> Day {
        Day::from_number(TODAY).unwrap()
    }

    fn form() -> NoticeForm {
        NoticeForm {
            title: " 关于填报 2027 年预留份额的通知 ".to_owned(),
            text: "\r\n各单位：\r\n\r\n请于\t3 月 31 日前报送。\u{200b} \u{2028}特此通知。\r\n\r\n".to_owned(),
            importance: "important".to_owned(),
            ends_on: "2026-11-30".to_owned(),
        }
    }

    #[test]
    fn typed_values_are_tidied() {
        let input = form().check(today()).unwrap();
        assert_eq!(input.title, "关于填报 2027 年预留份额的通知");
        assert_eq!(input.text, "各单位：\n\n请于 3 月 31 日前报送。\n特此通知。");
        assert_eq!((input.importance, input.ends_on), (Importance::Important, Some(today())));
        let plain = NoticeForm { importance: String::new(), ends_on: "  ".to_owned(), ..form() };
        let plain = plain.check(today()).unwrap();
        assert_eq!((plain.importance, plain.ends_on), (Importance::Normal, None));
    }

    #[rstest]
    #[case(|f: &mut NoticeForm| f.title = " \u{200b} ".to_owned(), "title", Code::Required)]
    #[case(|f: &mut NoticeForm| f.title = "长".repeat(101), "title", Code::TooLong)]
    #[case(|f: &mut NoticeForm| f.title = "标题\n标题".to_owned(), "title", Code::BadCharacters)]
    #[case(|f: &mut NoticeForm| f.title = "标题\u{2028}标题".to_owned(), "title", Code::BadCharacters)]
    #[case(|f: &mut NoticeForm| f.text = " \r\n\u{200b}\n".to_owned(), "text", Code::Required)]
    #[case(|f: &mut NoticeForm| f.text = "长".repeat(5_001), "text", Code::TooLong)]
    #[case(|f: &mut NoticeForm| f.text = "响\u{7}铃".to_owned(), "text", Code::BadCharacters)]
    #[case(|f: &mut NoticeForm| f.importance = "urgent".to_owned(), "importance", Code::NotInList)]
    #[case(|f: &mut NoticeForm| f.ends_on = "2026-02-30".to_owned(), "ends_on", Code::NumberFormat)]
    #[case(|f: &mut NoticeForm| f.ends_on = "2026-11-29".to_owned(), "ends_on", Code::NumberRange)]
    fn a_fault_is_reported_at_its_input(#[case] spoil: fn(&mut NoticeForm), #[case] name: &str, #[case] code: Code) {
        let mut form = form();
        spoil(&mut form);
        assert_eq!(form.check(today()), Err(vec![FieldFault::new(name, code)]));
    }

    #[rstest]
    #[case(None, None, NoticeState::Published)]
    #[case(None, Some(TODAY), NoticeState::Published)]
    #[case(None, Some(TODAY - 1), NoticeState::Ended)]
    #[case(Some(5), Some(TODAY), NoticeState::Withdrawn)]
    #[case(Some(5), Some(TODAY - 1), NoticeState::Withdrawn)]
    fn the_last_day_counts(#[case] withdrawn: Option<i64>, #[case] last: Option<i32>, #[case] expected: NoticeState) {
        let last = last.and_then(Day::from_number);
        assert_eq!(NoticeState::of(withdrawn.map(Timestamp), last, today()), expected);
    }

    #[test]
    fn words_are_parsed() {
        for importance in Importance::ALL {
            assert_eq!(Importance::from_name(importance.as_str()), Some(importance));
        }
    }
}
