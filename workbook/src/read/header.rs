//! Recognises the header of a template in the first rows of a sheet.

use domain::{
    Refusal, Template, normalize,
    schema::{Column, HEADER_ROW},
};

/// Number of rows at the top of a sheet in which the header is searched for. A user may have inserted rows above it.
pub(super) const HEADER_SEARCH_ROWS: u32 = 10;
/// Number of columns in which the header is searched for: those of every template, and a few that a user may have added.
pub(super) const HEADER_SEARCH_COLUMNS: usize = 16;
/// Bytes of a text that are compared with headers. All cells of the first rows may refer to one text of many megabytes.
const COMPARED_BYTES: usize = 512;
/// Maximum number of characters that a refusal quotes from an unknown header.
const QUOTED_CHARACTERS: usize = 40;

/// The texts of a sheet's first rows.
#[derive(Default)]
pub(super) struct FirstRows {
    rows: [[String; HEADER_SEARCH_COLUMNS]; HEADER_SEARCH_ROWS as usize],
}

impl FirstRows {
    /// Stores the text of the cell at a row (1-based) and column (0-based).
    pub(super) fn record(&mut self, row: u32, column: u32, text: &str) {
        let cells = row.checked_sub(1).and_then(|row| self.rows.get_mut(row as usize));
        if let Some(cell) = cells.and_then(|cells| cells.get_mut(column as usize)) {
            let text = text.get(..text.floor_char_boundary(COMPARED_BYTES)).unwrap_or_default();
            *cell = normalize::compact(text).unwrap_or_else(|| text.to_owned());
        }
    }

    /// Whether row 3 is exactly the template's header.
    pub(super) fn matches(&self, template: Template) -> bool {
        self.first_difference(template).is_none()
    }

    /// The reason why the sheet is not this template.
    pub(super) fn refusal(&self, template: Template) -> Refusal {
        let similarity = |template| self.rows.iter().map(|row| similarity(template, row)).max().unwrap_or_default();
        let own = similarity(template);
        let other = Template::ALL.into_iter().filter(|t| *t != template).max_by_key(|t| similarity(*t));
        match other.filter(|t| similarity(*t) > own.max(RECOGNISED)) {
            Some(other) => Refusal::WrongTemplate { found: Some(other) },
            None if own < RECOGNISED => Refusal::WrongTemplate { found: None },
            None => self.first_difference(template).unwrap_or(Refusal::WrongTemplate { found: None }),
        }
    }

    fn first_difference(&self, template: Template) -> Option<Refusal> {
        let columns = template.columns();
        let expected = columns.iter().map(|column| column.header).chain(std::iter::repeat(""));
        let found = self.rows.get(HEADER_ROW as usize - 1)?;
        let (column, (expected, found)) =
            (0..).zip(expected.zip(found)).find(|(_, (expected, found))| expected != found)?;
        let found = found.chars().take(QUOTED_CHARACTERS).collect();
        Some(Refusal::AlteredHeader { column, expected: expected.to_owned(), found })
    }
}

/// The share of a template's headers that occur in a row, in any order, with or without the `*`: 0 to
/// [`ALL_HEADERS`].
fn similarity(template: Template, row: &[String]) -> usize {
    let columns = template.columns();
    let occurs = |column: &&Column| row.iter().any(|text| text.trim_start_matches('*') == column.label());
    columns.iter().filter(occurs).count() * ALL_HEADERS / columns.len().max(1)
}

/// The similarity of a row with every header of a template.
const ALL_HEADERS: usize = 100;
/// From this similarity on, a sheet counts as a template with an altered header.
const RECOGNISED: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn first_rows(row: u32, texts: &[&str]) -> FirstRows {
        let mut first_rows = FirstRows::default();
        for (column, text) in (0..).zip(texts) {
            first_rows.record(row, column, text);
        }
        first_rows
    }

    fn headers(template: Template) -> Vec<&'static str> {
        template.columns().iter().map(|c| c.header).collect()
    }

    #[rstest]
    #[case(Template::Units)]
    #[case(Template::Purchasers)]
    fn a_template_matches_itself_and_not_the_other(#[case] template: Template) {
        let first_rows = first_rows(HEADER_ROW, &headers(template));
        for candidate in Template::ALL {
            assert_eq!(first_rows.matches(candidate), candidate == template);
            if candidate != template {
                assert_eq!(first_rows.refusal(candidate), Refusal::WrongTemplate { found: Some(template) });
            }
        }
    }

    #[test]
    fn spaces_line_breaks_and_width_do_not_matter() {
        let mut texts = headers(Template::Units);
        texts[6] = " ＊年度农副产品\n采购总额（万元）";
        assert!(first_rows(HEADER_ROW, &texts).matches(Template::Units));
    }

    #[rstest]
    #[case(&|texts: &mut Vec<&'static str>| texts[2] = "*信用代码", 2)]
    #[case(&|texts: &mut Vec<&'static str>| texts.swap(4, 5), 4)]
    #[case(&|texts: &mut Vec<&'static str>| { texts.remove(8); }, 8)]
    #[case(&|texts: &mut Vec<&'static str>| texts.insert(1, "单位编号"), 1)]
    #[case(&|texts: &mut Vec<&'static str>| texts.push("审核意见"), 12)]
    #[case(&|texts: &mut Vec<&'static str>| texts[1] = "预算单位名称", 1)]
    fn an_altered_header_is_refused_with_its_first_different_column(
        #[case] alter: &dyn Fn(&mut Vec<&'static str>),
        #[case] first: u8,
    ) {
        let mut texts = headers(Template::Units);
        alter(&mut texts);
        let refusal = first_rows(HEADER_ROW, &texts).refusal(Template::Units);
        assert!(matches!(refusal, Refusal::AlteredHeader { column, .. } if column == first), "{refusal:?}");
    }

    #[test]
    fn a_header_in_another_row_counts_as_altered() {
        let refusal = first_rows(5, &headers(Template::Units)).refusal(Template::Units);
        let expected = Refusal::AlteredHeader { column: 0, expected: "序号".into(), found: String::new() };
        assert_eq!(refusal, expected);
    }

    #[test]
    fn a_home_made_sheet_is_the_wrong_template() {
        let refusal = first_rows(1, &["序号", "单位", "代码", "联系人", "备注"]).refusal(Template::Units);
        assert_eq!(refusal, Refusal::WrongTemplate { found: None });
    }
}
