//! The preview of checked rows: states, counts, summaries of findings, and filtered pages of rows. The browser's worker shows
//! a checked file with it. The server uses the same functions for stored batches.

use crate::{
    Code, Finding, Severity, Template,
    check::{Checked, CheckedRow, HiddenData},
    count,
    import_batch::{FileSummary, FindingSummary, ROWS_PER_PAGE, RowQuery, RowState, RowView, RowsPage, StateCounts},
    mobile::mask,
    schema::Kind,
};
use std::{collections::BTreeMap, ops::Range};

/// The state of a row by its findings, if the row does not exist yet.
pub fn state_of(findings: &[Finding]) -> RowState {
    match findings.iter().map(Finding::severity).max() {
        Some(Severity::Error) => RowState::Error,
        Some(Severity::Warning) => RowState::Warning,
        Some(Severity::Info) | None => RowState::Correct,
    }
}

/// Groups findings by code: errors first, then warnings. Infos are left out. `findings` must be in ascending order of rows.
pub fn kinds<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<FindingSummary> {
    let mut kinds: BTreeMap<(std::cmp::Reverse<Severity>, Code), FindingSummary> = BTreeMap::new();
    for finding in findings.into_iter().filter(|f| f.severity() > Severity::Info) {
        let code = finding.code;
        let kind = kinds.entry((std::cmp::Reverse(code.severity()), code)).or_insert_with(|| FindingSummary {
            code,
            rows: Vec::new(),
            count: 0,
            columns: Vec::new(),
        });
        if kind.rows.last() == Some(&finding.row) {
            continue;
        }
        kind.count += 1;
        if kind.rows.len() < FindingSummary::MAX_ROWS {
            kind.rows.push(finding.row);
        }
    }
    kinds.into_values().collect()
}

/// The findings on a file that hides rows or columns.
pub fn hidden_kinds(hidden: &HiddenData) -> Vec<FindingSummary> {
    let HiddenData { rows, columns } = hidden;
    let mut kinds = Vec::new();
    if !rows.is_empty() {
        let first = rows.iter().copied().take(FindingSummary::MAX_ROWS).collect();
        let count = count::of(rows.len());
        kinds.push(FindingSummary { code: Code::HiddenRows, rows: first, count, columns: Vec::new() });
    }
    if !columns.is_empty() {
        let columns = columns.clone();
        kinds.push(FindingSummary { code: Code::HiddenColumns, rows: Vec::new(), count: 0, columns });
    }
    kinds
}

/// The cells as a page shows them. A mobile number without a finding is masked.
pub fn shown_cells(template: Template, cells: Vec<String>, findings: &[Finding]) -> Vec<String> {
    let masked = |index: u8| {
        let kind = template.columns().get(usize::from(index)).map(|c| c.kind);
        kind == Some(Kind::Mobile) && !findings.iter().any(|f| f.column == index)
    };
    (0..).zip(cells).map(|(index, text)| if masked(index) { mask(&text) } else { text }).collect()
}

/// A checked file, prepared for filtering and paging.
#[derive(Debug)]
pub struct Preview {
    template: Template,
    rows: Vec<PreviewRow>,
    findings: Vec<Finding>,
    hidden: HiddenData,
}

#[derive(Debug)]
struct PreviewRow {
    checked: CheckedRow,
    state: RowState,
    /// The range of its findings in [`Preview::findings`].
    findings: Range<usize>,
}

impl Preview {
    /// Prepares the result of the checks of a file.
    pub fn new(template: Template, checked: Checked) -> Self {
        let Checked { rows, findings, hidden } = checked;
        let mut start = 0;
        let rows = rows
            .into_iter()
            .map(|row| {
                let rest = findings.get(start..).unwrap_or_default();
                let range = start..start + rest.partition_point(|f| f.row <= row.row);
                start = range.end;
                let state = state_of(findings.get(range.clone()).unwrap_or_default());
                PreviewRow { checked: row, state, findings: range }
            })
            .collect();
        Self { template, rows, findings, hidden }
    }

    /// The number of rows by state, and the findings by code.
    pub fn summary(&self) -> FileSummary {
        let mut counts = StateCounts::default();
        for row in &self.rows {
            counts.add(row.state);
        }
        let mut kinds = kinds(&self.findings);
        kinds.extend(hidden_kinds(&self.hidden));
        FileSummary { counts, kinds }
    }

    /// A page of the rows that match the query.
    pub fn page(&self, query: &RowQuery) -> RowsPage {
        let search = query.search.trim().to_lowercase();
        let matches = |row: &&PreviewRow| {
            query.state.is_none_or(|state| state == row.state)
                && query.code.is_none_or(|code| self.findings_of(row).iter().any(|f| f.code == code))
                && (search.is_empty() || row.checked.cells.iter().any(|cell| cell.to_lowercase().contains(&search)))
        };
        let matching: Vec<&PreviewRow> = self.rows.iter().filter(matches).collect();
        let total = count::of(matching.len());
        let page = query.page.clamp(1, total.div_ceil(ROWS_PER_PAGE).max(1));
        let skip = (page - 1) as usize * ROWS_PER_PAGE as usize;
        let rows = matching.into_iter().skip(skip).take(ROWS_PER_PAGE as usize).map(|row| self.view(row)).collect();
        RowsPage { rows, total, page }
    }

    fn findings_of(&self, row: &PreviewRow) -> &[Finding] {
        self.findings.get(row.findings.clone()).unwrap_or_default()
    }

    fn view(&self, row: &PreviewRow) -> RowView {
        let findings = self.findings_of(row);
        RowView {
            row: row.checked.row,
            state: row.state,
            cells: shown_cells(self.template, row.checked.cells.iter().map(str::to_owned).collect(), findings),
            findings: findings.to_vec(),
            login: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check::check, schema::units, sheet};

    fn file(rows: u32) -> Preview {
        let rows = (4..4 + rows).map(|row| {
            let cell = |text: &str| sheet::Cell::Text(text.to_owned().into());
            let texts = ["", "名称", "", "上级单位", "县级", "一级预算单位", "10", "5", "", "王丽", "13812345678", ""];
            let mut cells: Vec<_> = texts.iter().map(|t| cell(t)).collect();
            cells[usize::from(units::NAME)] = cell(&format!("示例县第{row}小学"));
            cells[usize::from(units::MOBILE)] = cell(&format!("138{row:08}"));
            sheet::Row::new(row, cells)
        });
        Preview::new(Template::Units, check(Template::Units, rows))
    }

    #[test]
    fn summary_lists_errors_before_warnings() {
        let summary = file(30).summary();
        assert_eq!(summary.counts.error, 30);
        let codes: Vec<_> = summary.kinds.iter().map(|k| (k.code, k.count, k.rows.len())).collect();
        assert_eq!(codes, [(Code::Required, 30, 12), (Code::RatioBelowPolicy, 30, 12)]);
    }

    #[test]
    fn summary_counts_hidden_rows_after_all_other_findings() {
        let row = |row| sheet::Row { hidden: row % 2 == 1, ..sheet::Row::new(row, Vec::new()) };
        let summary = Preview::new(Template::Units, check(Template::Units, (4..44).map(row))).summary();
        let hidden = summary.kinds.last().unwrap();
        assert_eq!((hidden.code, hidden.count, hidden.rows.len()), (Code::HiddenRows, 20, 12));
        assert_eq!(hidden.rows[..2], [5, 7]);
        assert_eq!(hidden_kinds(&HiddenData::default()), []);
    }

    #[test]
    fn page_number_is_clamped_and_mobile_numbers_are_masked() {
        let page = file(120).page(&RowQuery { page: 99, ..RowQuery::default() });
        assert_eq!((page.page, page.total, page.rows.len()), (3, 120, 20));
        assert_eq!(page.rows[0].cells[usize::from(units::MOBILE)], "138****0104");
    }

    #[test]
    fn rows_are_filtered_by_state_code_and_text() {
        let preview = file(20);
        let count = |query: RowQuery| preview.page(&query).total;
        assert_eq!(count(RowQuery { state: Some(RowState::Correct), ..RowQuery::default() }), 0);
        assert_eq!(count(RowQuery { code: Some(Code::Required), ..RowQuery::default() }), 20);
        assert_eq!(count(RowQuery { search: "第12小".to_owned(), ..RowQuery::default() }), 1);
    }
}
