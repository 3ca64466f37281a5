//! The differences between the readers that are understood, each with its reason. In all of them the product is right, or
//! refuses what others repair.

use super::{
    Value,
    compare::{Difference, Found, Other, Place},
};
use crate::read::canonical_xlsx::date_as_shown;
use memchr::memmem;

/// The file in which a difference occurs.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// The name without folders.
    pub name: &'a str,
    /// The content.
    pub bytes: &'a [u8],
}

impl SourceFile<'_> {
    /// Whether the package has a part with this text in its name. The directory of the archive is not compressed.
    fn has_part(self, name: &str) -> bool {
        memmem::find(self.bytes, name.as_bytes()).is_some()
    }
}

/// A kind of difference that occurs in any file.
struct Kind {
    other: Other,
    reason: &'static str,
    applies: fn(&Difference, SourceFile<'_>) -> bool,
}

/// A difference of one file.
struct OneFile {
    other: Other,
    /// The end of the file's name.
    file: &'static str,
    reason: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        other: Other::Calamine,
        reason: "calamine does not tell a formula without a stored value from an empty cell or text",
        applies: |difference, _| difference.ours.value() == Some(&Value::FormulaWithoutValue),
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine reads no encrypted workbooks, not even those that open without a password",
        applies: |difference, _| {
            is_refusal(difference, &["Workbook is password protected", "Cannot find Workbook stream"])
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine refuses entries of sheets that lead nowhere, macro sheets beside others, and unknown states",
        applies: |difference, _| is_refusal(difference, &["Relationship not found", "Unrecognized sheet"]),
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine reads XML in UTF-8 only",
        applies: |difference, _| is_refusal(difference, &["Unexpected end of xml"]),
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine refuses unknown code pages; the product only if a text needs one",
        applies: |difference, _| is_refusal(difference, &["Codepage"]),
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine refuses damaged records and ranges that the product does not need",
        applies: |difference, _| {
            is_refusal(difference, &["End of stream", "Invalid short string", "Sector", "Range is missing"])
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine reads the texts in records of an .xls without a code page as if each byte were a character",
        applies: |difference, _| {
            texts(difference).is_some_and(|(ours, theirs)| {
                let bytes = ours.encode_utf16().flat_map(u16::to_le_bytes);
                bytes.map(char::from).eq(theirs.chars())
                    || theirs.contains('\0') && theirs.chars().filter(|c| *c != '\0').eq(ours.chars())
            })
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine does not join the halves of a character in two records of an .xls",
        applies: |difference, _| {
            texts(difference).is_some_and(|(ours, theirs)| {
                theirs.contains(char::REPLACEMENT_CHARACTER) && !ours.contains(char::REPLACEMENT_CHARACTER)
            })
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine reads the text of a formula of an .xls up to the end of the first record",
        applies: |difference, _| {
            texts(difference).is_some_and(|(ours, theirs)| {
                theirs.encode_utf16().count() > 4_000
                    && ours.starts_with(theirs.trim_end_matches(char::REPLACEMENT_CHARACTER))
            })
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine gives a date in the notation of ISO 8601; the product gives what a person sees",
        applies: |difference, _| texts(difference).is_some_and(|(ours, theirs)| ours == date_as_shown(theirs)),
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine takes a format for a date by its number or by letters that are not part of a date",
        applies: |difference, _| match values(difference) {
            Some((Value::Number(ours), Value::Date(theirs))) => (ours - theirs).abs() < 1e-9,
            _ => false,
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine does not know all formats of dates; such a day is counted from 1904 in its workbook",
        applies: |difference, _| match values(difference) {
            Some((Value::Date(ours), Value::Number(theirs))) => {
                [0.0, 1462.0].iter().any(|days| (ours - theirs - days).abs() < 1e-9)
            }
            _ => false,
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "calamine takes no blanks from `xml:space` of an outer element",
        applies: |difference, _| {
            texts(difference).is_some_and(|(ours, theirs)| without_blanks(ours) == without_blanks(theirs))
        },
    },
    Kind {
        other: Other::Calamine,
        reason: "both read a number that is none (NaN)",
        applies: |difference, _| is_nan(difference),
    },
    Kind {
        other: Other::LibreOffice,
        reason: "both read a number that is none (NaN)",
        applies: |difference, _| is_nan(difference),
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice writes 15 digits of a number",
        applies: |difference, _| match values(difference) {
            Some((ours, theirs)) => match (number(ours), number(theirs)) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() <= ours.abs() * 1e-14,
                _ => false,
            },
            None => false,
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice calculates formulas anew, and does not know all functions",
        applies: |difference, _| {
            let is_formula = |found: &Found| matches!(found, Found::Cell(cell) if cell.is_formula);
            is_formula(&difference.ours) || is_formula(&difference.theirs)
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice calculates formulas anew, and does not know all functions",
        applies: |difference, _| difference.theirs.value() == Some(&Value::Error("#NAME?".to_owned())),
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice reads a time in the notation of ISO 8601 as a text; the product gives what a person sees",
        applies: |difference, _| texts(difference).is_some_and(|(ours, theirs)| ours == date_as_shown(theirs)),
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice cuts texts off after 32,767 characters",
        applies: |difference, _| {
            texts(difference)
                .is_some_and(|(ours, theirs)| ours.starts_with(theirs) && theirs.encode_utf16().count() >= 32_766)
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice draws pivot tables anew",
        applies: |difference, file| is_cell(difference) && file.has_part("pivotTable"),
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice makes sheets of cells of charts, dialogs and macro sheets",
        applies: |difference, _| match (&difference.ours, &difference.theirs) {
            (Found::Sheets(ours), Found::Sheets(theirs)) => ours < theirs,
            _ => false,
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice makes a number of a date in the notation of ISO 8601; the product gives what a person sees",
        applies: |difference, _| match values(difference) {
            Some((Value::Text(ours), Value::Date(_) | Value::Number(_))) => ours.contains(['-', ':']),
            _ => false,
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice keeps blanks, and writes other line breaks",
        applies: |difference, _| match (text(&difference.ours), text(&difference.theirs)) {
            (Some(ours), Some(theirs)) => without_blanks(ours) == without_blanks(theirs),
            _ => false,
        },
    },
    Kind {
        other: Other::LibreOffice,
        reason: "LibreOffice reads an encrypted or damaged file as far as it can, if need be as text",
        applies: |difference, _| matches!(&difference.ours, Found::Refusal(code) if ["encrypted", "damaged", "not-a-spreadsheet"].contains(&&**code)),
    },
];

const FILES: &[OneFile] = &[
    OneFile {
        other: Other::Calamine,
        file: "duplicate-filename.xlsx",
        reason: "the archive has two parts of one name; which one counts is not defined",
    },
    OneFile {
        other: Other::Calamine,
        file: "duplicate-filename-case-insensitive.xlsx",
        reason: "the archive has two parts of one name; which one counts is not defined",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "duplicate-filename.xlsx",
        reason: "the archive has two parts of one name; which one counts is not defined",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "duplicate-filename-case-insensitive.xlsx",
        reason: "the archive has two parts of one name; which one counts is not defined",
    },
    OneFile {
        other: Other::Calamine,
        file: "sample-beta.xlsx",
        reason: "a file of a beta of Excel 2007 has other namespaces",
    },
    OneFile {
        other: Other::Calamine,
        file: "clusterfuzz-testcase-minimized-POIXSSFFuzzer-5265527465181184.xlsx",
        reason: "calamine reads a file that is damaged on purpose",
    },
    OneFile {
        other: Other::Calamine,
        file: "WrongFormulaRecordType.xls",
        reason: "calamine does not know the formula records of older versions",
    },
    OneFile {
        other: Other::Calamine,
        file: "52575_main.xlsx",
        reason: "calamine does not read a formula's text that an element of another file precedes",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "ArrayFormula.xlsx",
        reason: "LibreOffice calculates all cells of an array formula",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "-Formulas.xlsx",
        reason: "LibreOffice calculates all cells of an array formula",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "wtf_path.xlsx",
        reason: "LibreOffice calculates all cells of an array formula",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "Test_git_issue_411.xls",
        reason: "the file declares no code page; the product takes the one of Windows in China",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "Test_git_issue_477_sst_zero_count.xls",
        reason: "LibreOffice trusts a count of shared strings that is 0",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "pivot_table_named_range.xls",
        reason: "LibreOffice draws pivot tables anew",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "issue.4724.xlsx",
        reason: "LibreOffice decodes only the first of several `_xHHHH_`",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "no_drawing_patriarch.xlsx",
        reason: "LibreOffice takes `_xb_` for `_xHHHH_`",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "inlineStr_with_value.xlsx",
        reason: "LibreOffice does not read the <v> of an inline string",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "inlineStr2.xlsx",
        reason: "LibreOffice does not read the <v> of an inline string",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "49761.xls",
        reason: "LibreOffice reads a number that is none (NaN) as a text",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "clusterfuzz-testcase-minimized-POIHSSFFuzzer-4657005060816896.xls",
        reason: "LibreOffice reads a file that is damaged on purpose in another way",
    },
    OneFile {
        other: Other::Calamine,
        file: "clusterfuzz-testcase-minimized-POIXSSFFuzzer-5937385319563264.xlsx",
        reason: "calamine reads a file that is damaged on purpose",
    },
    OneFile {
        other: Other::LibreOffice,
        file: "invalid-xml.xlsx",
        reason: "LibreOffice leaves out the cells of a part that is not well-formed",
    },
    OneFile {
        other: Other::Calamine,
        file: "Test_git_issue_411.xls",
        reason: "calamine reads a workbook that is embedded in the file",
    },
];

/// The reason of a difference that is known. `None`: somebody must find out which reader is wrong.
pub fn reason(difference: &Difference, file: SourceFile<'_>) -> Option<&'static str> {
    let kind = KINDS.iter().find(|kind| kind.other == difference.other && (kind.applies)(difference, file));
    let one_file = || FILES.iter().find(|one| one.other == difference.other && file.name.ends_with(one.file));
    kind.map(|kind| kind.reason).or_else(|| one_file().map(|one| one.reason))
}

/// Whether the other reader alone refuses the file or a sheet, for a reason with one of these texts.
fn is_refusal(difference: &Difference, texts: &[&str]) -> bool {
    let refused = |found: &Found| matches!(found, Found::Refusal(_));
    match &difference.theirs {
        Found::Refusal(reason) => !refused(&difference.ours) && texts.iter().any(|text| reason.contains(text)),
        _ => false,
    }
}

const fn is_cell(difference: &Difference) -> bool {
    matches!(difference.place, Place::Cell(..))
}

fn values(difference: &Difference) -> Option<(&Value, &Value)> {
    difference.ours.value().zip(difference.theirs.value())
}

fn texts(difference: &Difference) -> Option<(&str, &str)> {
    match values(difference)? {
        (Value::Text(ours), Value::Text(theirs)) => Some((ours, theirs)),
        _ => None,
    }
}

/// A text; an empty cell has an empty one.
fn text(found: &Found) -> Option<&str> {
    match found {
        Found::Nothing => Some(""),
        found => found.value().and_then(|value| if let Value::Text(text) = value { Some(&**text) } else { None }),
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(value)
        | Value::Percent(value)
        | Value::Date(value)
        | Value::Scaled { stored: value, .. }
        | Value::Shown { stored: value, .. } => Some(*value),
        _ => None,
    }
}

fn is_nan(difference: &Difference) -> bool {
    let is_nan = |value: &Value| number(value).is_some_and(f64::is_nan);
    values(difference).is_some_and(|(ours, theirs)| is_nan(ours) && is_nan(theirs))
}
