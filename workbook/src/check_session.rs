//! The check of files in a browser, free of browser types: the web worker keeps one session.

use crate::read::{Limits, read};
use domain::{
    Excess, PublicSettings, Refusal, Template,
    check::check,
    check_messages::CheckResult,
    import_batch::{QueriedPage, RowQuery},
    preview::Preview,
};

/// A small file of each format, with 25 valid rows.
const WARM_UP_FILES: [&[u8]; 2] =
    [include_bytes!("../tests/samples/units-valid.xlsx"), include_bytes!("../tests/samples/units-valid.xls")];

/// The file that was checked last.
#[derive(Default)]
pub struct CheckSession {
    preview: Option<Preview>,
}

impl CheckSession {
    /// Reads and checks a file of `size` bytes. `bytes` is called only if the size is allowed; it answers `None` if the
    /// browser no longer gives the file's bytes.
    pub fn check(
        &mut self,
        template: Template,
        settings: PublicSettings,
        size: u64,
        bytes: impl FnOnce() -> Option<Vec<u8>>,
    ) -> CheckResult {
        self.preview = None;
        let limits = Limits::from(&settings);
        if size > limits.bytes {
            return CheckResult::Refused(Refusal::TooLarge(Excess::FileBytes { limit: limits.bytes }));
        }
        let Some(bytes) = bytes() else { return CheckResult::Failed };
        let preview = match read(template, &bytes, limits) {
            Ok(sheet) => self.preview.insert(Preview::new(template, check(template, sheet.rows()))),
            Err(refusal) => return CheckResult::Refused(refusal),
        };
        let summary = preview.summary();
        let query = RowQuery { state: summary.counts.default_filter(), page: 1, ..RowQuery::default() };
        let page = preview.page(&query);
        CheckResult::Checked { summary, first: QueriedPage { query, page } }
    }

    /// Reads and checks a small file of each format. A browser compiles code for speed only after it has run for a while.
    pub fn warm_up() {
        for file in WARM_UP_FILES {
            Self::default()
                .check(Template::Units, PublicSettings::default(), file.len() as u64, || Some(file.to_vec()));
        }
    }

    /// A page of rows of the file that was checked last.
    pub fn rows(&self, query: &RowQuery) -> CheckResult {
        self.preview.as_ref().map_or(CheckResult::Failed, |preview| CheckResult::Rows(preview.page(query)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &[u8] = WARM_UP_FILES[0];

    fn check(settings: PublicSettings, size: u64, bytes: Option<&[u8]>) -> (CheckSession, CheckResult) {
        let mut session = CheckSession::default();
        let result = session.check(Template::Units, settings, size, || bytes.map(<[u8]>::to_vec));
        (session, result)
    }

    #[test]
    fn the_configured_limits_decide() {
        let settings = PublicSettings::default();
        let rows = |max_rows| check(PublicSettings { max_rows, ..settings.clone() }, 1, Some(VALID)).1;
        assert_eq!(rows(24), CheckResult::Refused(Refusal::TooManyRows { limit: 24 }));
        assert!(matches!(rows(25), CheckResult::Checked { .. }));

        let size = VALID.len() as u64;
        let bytes = |max_bytes| check(PublicSettings { max_bytes, ..settings.clone() }, size, Some(VALID)).1;
        assert_eq!(bytes(size - 1), CheckResult::Refused(Refusal::TooLarge(Excess::FileBytes { limit: size - 1 })));
        assert!(matches!(bytes(size), CheckResult::Checked { .. }));
    }

    #[test]
    fn the_files_that_warm_up_are_read_and_checked() {
        for file in WARM_UP_FILES {
            let (_, result) = check(PublicSettings::default(), 1, Some(file));
            assert!(matches!(result, CheckResult::Checked { summary, .. } if summary.counts.correct == 25));
        }
    }

    #[test]
    fn rows_are_those_of_the_last_file_that_could_be_read() {
        let query = RowQuery { page: 1, ..RowQuery::default() };
        let (mut session, _) = check(PublicSettings::default(), 1, Some(VALID));
        assert!(matches!(session.rows(&query), CheckResult::Rows(page) if page.total == 25));
        let failed = session.check(Template::Units, PublicSettings::default(), 1, || None);
        assert_eq!((failed, session.rows(&query)), (CheckResult::Failed, CheckResult::Failed));
    }
}
