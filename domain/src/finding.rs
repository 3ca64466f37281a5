//! Findings at cells, and refusals of whole files. Their codes are kebab-case and part of the public contract. The texts for
//! users are in the crate `texts`.

use crate::schema::Template;
use serde::{Deserialize, Serialize};

/// The severity of a finding. Only an error prevents generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Information: a value was tidied or will change.
    Info,
    /// The user should check the value. Generation is possible.
    Warning,
    /// The user must correct the value before generation.
    Error,
}

/// The code of a finding. Its serialized form (kebab-case) is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A required cell (`*`) is empty.
    Required,
    /// A cell shows an error value such as `#N/A`, which is in the detail.
    CellError,
    /// A formula without a stored value.
    FormulaWithoutValue,
    /// A text that is a formula, or the formula by which WPS shows a picture.
    FormulaAsText,
    /// A number with more than 15 digits in a text column: the file does not have the further digits.
    DigitsLost,
    /// The cell is merged with cells of other rows or columns and has no value of its own.
    MergedCell,
    /// Text with fewer characters than the column requires.
    TooShort,
    /// Text with more characters than the column allows.
    TooLong,
    /// Control characters, line breaks or replacement characters of a broken encoding.
    BadCharacters,
    /// A private-use character. What it shows depends on the fonts of the computer.
    PrivateUseCharacter,
    /// A credit code without exactly 18 characters (GB 32100-2015).
    CreditCodeLength,
    /// A credit code with a character that cannot occur at its place (GB 32100-2015).
    CreditCodeCharset,
    /// A credit code with a wrong check character (GB 32100-2015).
    CreditCodeCheck,
    /// Not a mainland mobile number of 11 digits.
    MobileFormat,
    /// A value that is not in the list of the column.
    NotInList,
    /// Not a number, or a number with too many decimal places.
    NumberFormat,
    /// A number outside the allowed range.
    NumberRange,
    /// A reserved share that differs from total × ratio by more than 0.01 万元.
    ShareMismatch,
    /// The same credit code twice in one file.
    DuplicateCode,
    /// The same name twice in one file.
    DuplicateName,
    /// Rows of the file form a cycle of superiors.
    SuperiorCycle,
    /// A unit named as its own superior.
    SuperiorSelf,
    /// More levels of units below each other than [`crate::unit::MAX_DEPTH`].
    TooDeep,
    /// A reserved ratio below the policy minimum.
    RatioBelowPolicy,
    /// The superior unit does not exist.
    SuperiorUnknown,
    /// Several units in the subtree have the name of the superior.
    SuperiorAmbiguous,
    /// The superior unit exists, but outside the subtree of the uploader.
    SuperiorOutOfScope,
    /// The credit code belongs to a unit outside the subtree.
    CodeTaken,
    /// Another unit in the subtree has the same name and another credit code, which is in the detail.
    NameExists,
    /// The administrative level of the unit is above the level of its superior.
    LevelConflict,
    /// Many rows of one file have the same mobile number, which gets a limited number of SMS. The detail has the number of rows.
    SameMobile,
    /// A value was tidied. The detail has the old and the new value.
    Normalized,
    /// Rows of the file are hidden or filtered out. A finding on the file, not at a cell.
    HiddenRows,
    /// Columns with values are hidden. A finding on the file, not at a cell.
    HiddenColumns,
    /// The unit exists in the subtree, and the row has no changes.
    Unchanged,
    /// The unit exists in the subtree, and this cell changes. The detail has the old and the new value.
    Update,
}

impl Code {
    /// All codes in the order of the rules.
    pub const ALL: [Self; 36] = [
        Self::Required,
        Self::CellError,
        Self::FormulaWithoutValue,
        Self::FormulaAsText,
        Self::DigitsLost,
        Self::MergedCell,
        Self::TooShort,
        Self::TooLong,
        Self::BadCharacters,
        Self::PrivateUseCharacter,
        Self::CreditCodeLength,
        Self::CreditCodeCharset,
        Self::CreditCodeCheck,
        Self::MobileFormat,
        Self::NotInList,
        Self::NumberFormat,
        Self::NumberRange,
        Self::ShareMismatch,
        Self::DuplicateCode,
        Self::DuplicateName,
        Self::SuperiorCycle,
        Self::SuperiorSelf,
        Self::TooDeep,
        Self::RatioBelowPolicy,
        Self::SuperiorUnknown,
        Self::SuperiorAmbiguous,
        Self::SuperiorOutOfScope,
        Self::CodeTaken,
        Self::NameExists,
        Self::LevelConflict,
        Self::SameMobile,
        Self::Normalized,
        Self::HiddenRows,
        Self::HiddenColumns,
        Self::Unchanged,
        Self::Update,
    ];

    /// The severity of the code.
    pub const fn severity(self) -> Severity {
        match self {
            Self::RatioBelowPolicy
            | Self::NameExists
            | Self::LevelConflict
            | Self::PrivateUseCharacter
            | Self::SameMobile => Severity::Warning,
            Self::Normalized | Self::HiddenRows | Self::HiddenColumns | Self::Unchanged | Self::Update => {
                Severity::Info
            }
            _ => Severity::Error,
        }
    }

    /// Whether the finding is on the whole file. All others are at a cell.
    pub const fn is_on_file(self) -> bool {
        matches!(self, Self::HiddenRows | Self::HiddenColumns)
    }

    /// The public code in kebab-case, as in JSON and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::CellError => "cell-error",
            Self::FormulaWithoutValue => "formula-without-value",
            Self::FormulaAsText => "formula-as-text",
            Self::DigitsLost => "digits-lost",
            Self::MergedCell => "merged-cell",
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::BadCharacters => "bad-characters",
            Self::PrivateUseCharacter => "private-use-character",
            Self::CreditCodeLength => "credit-code-length",
            Self::CreditCodeCharset => "credit-code-charset",
            Self::CreditCodeCheck => "credit-code-check",
            Self::MobileFormat => "mobile-format",
            Self::NotInList => "not-in-list",
            Self::NumberFormat => "number-format",
            Self::NumberRange => "number-range",
            Self::ShareMismatch => "share-mismatch",
            Self::DuplicateCode => "duplicate-code",
            Self::DuplicateName => "duplicate-name",
            Self::SuperiorCycle => "superior-cycle",
            Self::SuperiorSelf => "superior-self",
            Self::TooDeep => "too-deep",
            Self::RatioBelowPolicy => "ratio-below-policy",
            Self::SuperiorUnknown => "superior-unknown",
            Self::SuperiorAmbiguous => "superior-ambiguous",
            Self::SuperiorOutOfScope => "superior-out-of-scope",
            Self::CodeTaken => "code-taken",
            Self::NameExists => "name-exists",
            Self::LevelConflict => "level-conflict",
            Self::SameMobile => "same-mobile",
            Self::Normalized => "normalized",
            Self::HiddenRows => "hidden-rows",
            Self::HiddenColumns => "hidden-columns",
            Self::Unchanged => "unchanged",
            Self::Update => "update",
        }
    }

    /// Parses the public code.
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// The data of a finding that its message needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// No data.
    #[default]
    None,
    /// The other rows that are involved, as row numbers in the spreadsheet program, 1-based.
    Rows(Vec<u32>),
    /// The number of characters of the value.
    Length(u32),
    /// A character and its place in the cell.
    CharAt {
        /// Place in characters, 1-based.
        place: u32,
        /// The character as typed.
        found: char,
    },
    /// The expected value: the computed share in 万元, or the credit code of the unit with the same name.
    Expected(String),
    /// The value that the file stores, of which the cell shows less, or the error value of the cell.
    Value(String),
    /// The value of the merged cells, which counts for each of their rows.
    Merged(String),
    /// Old and new value.
    Change {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// A number of rows.
    Count(u32),
}

/// A finding at a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Row number in the spreadsheet program, 1-based.
    pub row: u32,
    /// Index into [`Template::columns`], 0-based. It equals the column of the sheet (0 = A).
    pub column: u8,
    /// The code.
    pub code: Code,
    /// The data for the message.
    #[serde(default)]
    pub detail: Detail,
    /// Suggested values, nearest first.
    #[serde(default)]
    pub suggestions: Vec<String>,
}

impl Finding {
    /// A finding without detail and suggestions.
    pub const fn new(row: u32, column: u8, code: Code) -> Self {
        Self { row, column, code, detail: Detail::None, suggestions: Vec::new() }
    }

    /// The same finding with a detail.
    #[must_use]
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// The same finding with suggestions, nearest first.
    #[must_use]
    pub fn suggest(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }

    /// The severity of its code.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// What a file has more of than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Excess {
    /// Bytes of the file.
    FileBytes {
        /// Maximum number of bytes.
        limit: u64,
    },
    /// Bytes of the file's content, which is stored compressed.
    ContentBytes {
        /// Maximum number of bytes.
        limit: u64,
    },
    /// Bytes of the texts of all cells in UTF-8. A text that many cells share counts for each of them.
    TextBytes {
        /// Maximum number of bytes.
        limit: u64,
    },
    /// Elements of the file's content. They describe cells, but also formats, pictures and comments.
    Elements,
    /// Elements inside each other, or characters of one element or text.
    Element,
    /// Cell formats, or characters of one format.
    CellFormats {
        /// Maximum number of cell formats.
        limit: u32,
    },
    /// Worksheets.
    Sheets {
        /// Maximum number of visible worksheets.
        limit: u32,
    },
    /// Files inside the file, for example pictures.
    Parts {
        /// Maximum number of files.
        limit: u32,
    },
    /// Groups of merged cells.
    MergedCells {
        /// Maximum number of groups.
        limit: u32,
    },
}

/// The reason why a whole file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Not an .xls or .xlsx spreadsheet, even if its file name says so.
    NotASpreadsheet,
    /// The file is protected with an opening password.
    Encrypted,
    /// The file is incomplete or damaged.
    Damaged,
    /// A spreadsheet, but not this template.
    WrongTemplate {
        /// The other template, if the file is one.
        found: Option<Template>,
    },
    /// This template, but with a changed, moved, added or removed column header.
    AlteredHeader {
        /// Column index of the first difference, 0-based.
        column: u8,
        /// The expected header. Empty for an additional column.
        expected: String,
        /// The actual header.
        found: String,
    },
    /// The template without data.
    Empty,
    /// Several visible sheets of the template are filled in.
    SeveralSheets,
    /// More data rows than allowed.
    TooManyRows {
        /// Maximum number of rows.
        limit: u32,
    },
    /// The file has too much of something.
    TooLarge(Excess),
    /// The file has only macro, dialog or chart sheets without cells.
    MacroSheet,
    /// Reading the file took more memory or time than allowed.
    Unreadable,
}

impl Refusal {
    /// The public code in kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotASpreadsheet => "not-a-spreadsheet",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::WrongTemplate { .. } => "wrong-template",
            Self::AlteredHeader { .. } => "altered-header",
            Self::Empty => "empty",
            Self::SeveralSheets => "several-sheets",
            Self::TooManyRows { .. } => "too-many-rows",
            Self::TooLarge(_) => "too-large",
            Self::MacroSheet => "macro-sheet",
            Self::Unreadable => "unreadable",
        }
    }
}
