//! Whose header a sheet carries.

use domain::{
    Refusal, Template, normalize,
    schema::{Column, HEADER_ROW},
};

/// The first rows of a sheet, in which a header is looked for: it may have slipped down by rows put above it.
pub(super) const HEAD_ROWS: u32 = 10;
/// How far to the right a header is looked for: every template's columns and a few that may have been added.
pub(super) const HEAD_COLUMNS: usize = 16;
/// How much of a foreign header a refusal quotes.
const QUOTED: usize = 40;

/// The texts of a sheet's first rows.
#[derive(Default)]
pub(super) struct Head {
    rows: [[String; HEAD_COLUMNS]; HEAD_ROWS as usize],
}

impl Head {
    /// Notes the text at a row (1-based) and column (0-based).
    pub(super) fn note(&mut self, row: u32, column: u32, text: &str) {
        let cells = row.checked_sub(1).and_then(|row| self.rows.get_mut(row as usize));
        if let Some(cell) = cells.and_then(|cells| cells.get_mut(column as usize)) {
            *cell = normalize::compact(text).unwrap_or_else(|| text.to_owned());
        }
    }

    /// Whether row 3 is the template's header.
    pub(super) fn is(&self, template: Template) -> bool {
        self.first_difference(template).is_none()
    }

    /// Why the sheet is not the template.
    pub(super) fn refusal(&self, template: Template) -> Refusal {
        let likeness = |template| self.rows.iter().map(|row| likeness(template, row)).max().unwrap_or_default();
        let own = likeness(template);
        let other = Template::ALL.into_iter().filter(|t| *t != template).max_by_key(|t| likeness(*t));
        match other.filter(|t| likeness(*t) > own.max(HALF)) {
            Some(other) => Refusal::WrongTemplate { found: Some(other) },
            None if own < HALF => Refusal::WrongTemplate { found: None },
            None => self.first_difference(template).unwrap_or(Refusal::WrongTemplate { found: None }),
        }
    }

    fn first_difference(&self, template: Template) -> Option<Refusal> {
        let columns = template.columns();
        let expected = columns.iter().map(|column| column.header).chain(std::iter::repeat(""));
        let found = self.rows.get(HEADER_ROW as usize - 1)?;
        let (column, (expected, found)) =
            (0..).zip(expected.zip(found)).find(|(_, (expected, found))| expected != found)?;
        let found = found.chars().take(QUOTED).collect();
        Some(Refusal::AlteredHeader { column, expected: expected.to_owned(), found })
    }
}

/// How much of a template's header stands in a row, in whatever order, with or without the marks: 0 to [`WHOLE`].
fn likeness(template: Template, row: &[String]) -> usize {
    let columns = template.columns();
    let there = |column: &&Column| row.iter().any(|text| text.trim_start_matches('*') == column.label());
    columns.iter().filter(there).count() * WHOLE / columns.len().max(1)
}

/// All of it.
const WHOLE: usize = 100;
/// From here on it was ours before somebody changed it.
const HALF: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn head(row: u32, texts: &[&str]) -> Head {
        let mut head = Head::default();
        for (column, text) in (0..).zip(texts) {
            head.note(row, column, text);
        }
        head
    }

    fn headers(template: Template) -> Vec<&'static str> {
        template.columns().iter().map(|c| c.header).collect()
    }

    #[rstest]
    #[case(Template::Units)]
    #[case(Template::Purchasers)]
    fn a_template_is_itself_and_not_the_other(#[case] template: Template) {
        let head = head(HEADER_ROW, &headers(template));
        for asked in Template::ALL {
            assert_eq!(head.is(asked), asked == template);
            if asked != template {
                assert_eq!(head.refusal(asked), Refusal::WrongTemplate { found: Some(template) });
            }
        }
    }

    #[test]
    fn spaces_line_breaks_and_width_do_not_matter() {
        let mut texts = headers(Template::Units);
        texts[6] = " ＊年度农副产品\n采购总额（万元）";
        assert!(head(HEADER_ROW, &texts).is(Template::Units));
    }

    #[rstest]
    #[case(&|texts: &mut Vec<&'static str>| texts[2] = "*信用代码", 2)]
    #[case(&|texts: &mut Vec<&'static str>| texts.swap(4, 5), 4)]
    #[case(&|texts: &mut Vec<&'static str>| { texts.remove(8); }, 8)]
    #[case(&|texts: &mut Vec<&'static str>| texts.insert(1, "单位编号"), 1)]
    #[case(&|texts: &mut Vec<&'static str>| texts.push("审核意见"), 12)]
    #[case(&|texts: &mut Vec<&'static str>| texts[1] = "预算单位名称", 1)]
    fn an_altered_header_names_the_first_column(#[case] alter: &dyn Fn(&mut Vec<&'static str>), #[case] first: u8) {
        let mut texts = headers(Template::Units);
        alter(&mut texts);
        let refusal = head(HEADER_ROW, &texts).refusal(Template::Units);
        assert!(matches!(refusal, Refusal::AlteredHeader { column, .. } if column == first), "{refusal:?}");
    }

    #[test]
    fn a_header_in_another_row_is_an_altered_one() {
        let refusal = head(5, &headers(Template::Units)).refusal(Template::Units);
        let expected = Refusal::AlteredHeader { column: 0, expected: "序号".into(), found: String::new() };
        assert_eq!(refusal, expected);
    }

    #[test]
    fn a_home_made_sheet_is_none_of_ours() {
        let refusal = head(1, &["序号", "单位", "代码", "联系人", "备注"]).refusal(Template::Units);
        assert_eq!(refusal, Refusal::WrongTemplate { found: None });
    }
}
