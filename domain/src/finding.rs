//! What a check has to say about a cell, and why a whole file may be refused. Codes are kebab-case and part of the
//! public contract; the words for people are in the crate `texts`.

use crate::schema::Template;
use serde::{Deserialize, Serialize};

/// How bad a finding is: an error stops generation, a warning does not, an info only tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something was tidied or will change.
    Info,
    /// Worth a look; does not stop generation.
    Warning,
    /// Must be mended before accounts are generated.
    Error,
}

/// What was found at a cell. The serialized form (kebab-case) is the public code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A `*` cell is empty.
    Required,
    /// Text with fewer characters than the column requires.
    TooShort,
    /// Text with more characters than the column allows.
    TooLong,
    /// Control characters or line breaks, or what a broken encoding leaves behind.
    BadCharacters,
    /// Not 18 characters (GB 32100-2015).
    CreditCodeLength,
    /// A character that never occurs at this place (GB 32100-2015).
    CreditCodeCharset,
    /// The check character does not fit (GB 32100-2015).
    CreditCodeCheck,
    /// Not a mainland mobile number of 11 digits.
    MobileFormat,
    /// Not one of the column's list.
    NotInList,
    /// Not a number, or too many decimal places.
    NumberFormat,
    /// A number out of bounds.
    NumberRange,
    /// Reserved share differs from total × ratio by more than 0.01 (万元).
    ShareMismatch,
    /// The same credit code twice in one file.
    DuplicateCode,
    /// The same name twice in one file.
    DuplicateName,
    /// Rows of the file form a loop of superiors.
    SuperiorCycle,
    /// A unit named as its own superior.
    SuperiorSelf,
    /// Ratio under the policy minimum of 10 %.
    RatioBelowPolicy,
    /// No such superior.
    SuperiorUnknown,
    /// Several units of that name in the subtree.
    SuperiorAmbiguous,
    /// The superior exists, but not in the uploader's subtree.
    SuperiorOutOfScope,
    /// The credit code belongs to a unit elsewhere.
    CodeTaken,
    /// Another unit of the uploader's subtree has the name already, under another credit code (in the detail).
    NameExists,
    /// A unit stands above its superior in administrative level.
    LevelConflict,
    /// A value was tidied: old and new are in the detail.
    Normalized,
    /// The unit exists below this uploader and the row changes nothing.
    Unchanged,
    /// The unit exists below this uploader and this cell changes: old and new are in the detail.
    Update,
}

impl Code {
    /// Every code, in the order of the rules.
    pub const ALL: [Self; 26] = [
        Self::Required,
        Self::TooShort,
        Self::TooLong,
        Self::BadCharacters,
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
        Self::RatioBelowPolicy,
        Self::SuperiorUnknown,
        Self::SuperiorAmbiguous,
        Self::SuperiorOutOfScope,
        Self::CodeTaken,
        Self::NameExists,
        Self::LevelConflict,
        Self::Normalized,
        Self::Unchanged,
        Self::Update,
    ];

    /// The severity is fixed by the code.
    pub const fn severity(self) -> Severity {
        match self {
            Self::RatioBelowPolicy | Self::NameExists | Self::LevelConflict => Severity::Warning,
            Self::Normalized | Self::Unchanged | Self::Update => Severity::Info,
            _ => Severity::Error,
        }
    }

    /// The public code, kebab-case, as in JSON and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::BadCharacters => "bad-characters",
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
            Self::RatioBelowPolicy => "ratio-below-policy",
            Self::SuperiorUnknown => "superior-unknown",
            Self::SuperiorAmbiguous => "superior-ambiguous",
            Self::SuperiorOutOfScope => "superior-out-of-scope",
            Self::CodeTaken => "code-taken",
            Self::NameExists => "name-exists",
            Self::LevelConflict => "level-conflict",
            Self::Normalized => "normalized",
            Self::Unchanged => "unchanged",
            Self::Update => "update",
        }
    }

    /// Reads the public code back.
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// The particulars a message needs, beyond the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// Nothing beyond the code.
    #[default]
    None,
    /// The other rows concerned (spreadsheet row numbers, 1-based).
    Rows(Vec<u32>),
    /// A length: how many characters there are.
    Length(u32),
    /// A character and its 1-based place in the cell.
    CharAt {
        /// 1-based place, in characters.
        place: u32,
        /// The character as typed.
        found: char,
    },
    /// The value that would have been right (a computed share, in 万元; the credit code of the unit of that name).
    Expected(String),
    /// Old and new value.
    Change {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
}

/// One finding at one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Row as the spreadsheet program counts it, 1-based.
    pub row: u32,
    /// Column index into [`Template::columns`], 0-based; also the sheet's column (0 = A).
    pub column: u8,
    /// What was found.
    pub code: Code,
    /// Particulars for the message.
    #[serde(default)]
    pub detail: Detail,
    /// Values that would be accepted here, nearest first; empty where none is known.
    #[serde(default)]
    pub suggestions: Vec<String>,
}

impl Finding {
    /// A finding without particulars.
    pub const fn new(row: u32, column: u8, code: Code) -> Self {
        Self { row, column, code, detail: Detail::None, suggestions: Vec::new() }
    }

    /// The same with particulars.
    #[must_use]
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// The same with suggestions, nearest first.
    #[must_use]
    pub fn suggest(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions;
        self
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Why a whole file is refused before any row is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// CSV, HTML, an image … whatever its name says.
    NotASpreadsheet,
    /// Protected by an opening password.
    Encrypted,
    /// Cut off or broken.
    Damaged,
    /// A spreadsheet, but not this template; the other template where it is recognised.
    WrongTemplate {
        /// The template it is instead.
        found: Option<Template>,
    },
    /// This template, but a column's header was changed, moved, added or removed.
    AlteredHeader {
        /// Column index of the first difference, 0-based.
        column: u8,
        /// The header that belongs there; empty for an extra column.
        expected: String,
        /// The header found there.
        found: String,
    },
    /// The template without data.
    Empty,
    /// Several visible sheets of the template are filled in.
    SeveralSheets,
    /// More data rows than allowed.
    TooManyRows {
        /// Rows allowed.
        limit: u32,
    },
    /// More bytes than allowed, packed or unpacked.
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// Its data sits in a macro, dialog or chart sheet that holds no cells to read.
    MacroSheet,
    /// Reading it took more memory or time than a spreadsheet of this size may.
    Unreadable,
}

impl Refusal {
    /// The public code, kebab-case.
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
            Self::TooLarge { .. } => "too-large",
            Self::MacroSheet => "macro-sheet",
            Self::Unreadable => "unreadable",
        }
    }
}
