//! The two spreadsheet templates as data. Only this module defines their columns. Row 1 is the title, row 2 has the
//! instructions, row 3 is the header, and the data starts in row 4.

use serde::{Deserialize, Serialize};

/// The row of the header, 1-based.
pub const HEADER_ROW: u32 = 3;
/// Maximum number of columns of a template.
pub const MAX_COLUMNS: usize = 12;
/// The first row of data, 1-based.
pub const FIRST_DATA_ROW: u32 = 4;

/// A template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "database", derive(sea_orm::EnumIter, sea_orm::DeriveActiveEnum))]
#[cfg_attr(feature = "database", sea_orm(rs_type = "String", db_type = "Text", rename_all = "kebab-case"))]
pub enum Template {
    /// 《预算单位采购贫困地区农副产品预留份额情况表》, for management accounts.
    Units,
    /// 《采购人交易账号开通填报表》, for trading accounts.
    Purchasers,
}

/// The kind of a column. It decides the checks, the cell format in the template and the alignment on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 序号. Its value is ignored.
    Serial,
    /// A full name of 2–100 characters.
    Name,
    /// A unified social credit code (GB 32100-2015).
    CreditCode,
    /// The full name of a unit that exists or is in another row of the file.
    UnitName,
    /// One of a fixed list.
    List(&'static [&'static str]),
    /// An amount in 万元, decimal ≥ 0, at most 4 places.
    Amount,
    /// A percentage from 0 to 100, at most 2 decimal places.
    Ratio,
    /// The reserved share in 万元, checked against total × ratio.
    Share,
    /// A person's name of 2–50 characters.
    Contact,
    /// A mainland mobile number.
    Mobile,
    /// Free text up to 200 characters.
    Remark,
}

impl Kind {
    /// The minimum and maximum number of characters. `None` if other rules limit the length.
    pub const fn length(self) -> Option<(u32, u32)> {
        match self {
            Self::Name | Self::UnitName => Some((2, 100)),
            Self::Contact => Some((2, 50)),
            Self::Remark => Some((0, 200)),
            _ => None,
        }
    }

    /// Whether a value in merged cells counts for every row that they cover: units have a superior or a level in common,
    /// never a name, a code or an amount.
    pub const fn is_shared_by_merged_rows(self) -> bool {
        matches!(self, Self::UnitName | Self::List(_) | Self::Remark)
    }

    /// Whether the column has numbers, which are right-aligned.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Amount | Self::Ratio | Self::Share)
    }
}

/// A column of a template.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The header in row 3. `*` marks a required column.
    pub header: &'static str,
    /// The kind of the column.
    pub kind: Kind,
}

impl Column {
    /// Whether the column is required.
    pub fn required(&self) -> bool {
        self.header.starts_with('*')
    }

    /// The header without `*`.
    pub fn label(&self) -> &'static str {
        self.header.trim_start_matches('*')
    }
}

/// 行政级次.
pub const ADMIN_LEVELS: &[&str] = &["中央", "省级", "市级", "县级", "乡级"];
/// 预算级次.
pub const BUDGET_LEVELS: &[&str] = &["一级预算单位", "二级预算单位", "三级预算单位", "四级预算单位", "五级预算单位"];
/// 采购人类型.
pub const PURCHASER_TYPES: &[&str] = &["预算单位", "工会", "食堂承包方", "其他"];

/// Columns of template 1 by index.
pub mod units {
    /// 序号
    pub const SERIAL: u8 = 0;
    /// *预算单位名称
    pub const NAME: u8 = 1;
    /// *预算单位统一信用代码
    pub const CODE: u8 = 2;
    /// *上级预算单位名称
    pub const SUPERIOR: u8 = 3;
    /// *行政级次
    pub const ADMIN_LEVEL: u8 = 4;
    /// *预算级次
    pub const BUDGET_LEVEL: u8 = 5;
    /// *年度农副产品采购总额(万元)
    pub const TOTAL: u8 = 6;
    /// *拟预留比例(%)
    pub const RATIO: u8 = 7;
    /// 预留份额(万元)
    pub const SHARE: u8 = 8;
    /// *联系人
    pub const CONTACT: u8 = 9;
    /// *联系人手机号码
    pub const MOBILE: u8 = 10;
    /// 备注
    pub const REMARK: u8 = 11;
}

/// Columns of template 2 by index.
pub mod purchasers {
    /// 序号
    pub const SERIAL: u8 = 0;
    /// *采购人名称
    pub const NAME: u8 = 1;
    /// *统一信用代码
    pub const CODE: u8 = 2;
    /// *采购人类型
    pub const TYPE: u8 = 3;
    /// 所属预算单位名称
    pub const UNIT: u8 = 4;
    /// *联系人
    pub const CONTACT: u8 = 5;
    /// *联系人手机号码
    pub const MOBILE: u8 = 6;
    /// 备注
    pub const REMARK: u8 = 7;
}

const fn column(header: &'static str, kind: Kind) -> Column {
    Column { header, kind }
}

const UNITS: &[Column] = &[
    column("序号", Kind::Serial),
    column("*预算单位名称", Kind::Name),
    column("*预算单位统一信用代码", Kind::CreditCode),
    column("*上级预算单位名称", Kind::UnitName),
    column("*行政级次", Kind::List(ADMIN_LEVELS)),
    column("*预算级次", Kind::List(BUDGET_LEVELS)),
    column("*年度农副产品采购总额(万元)", Kind::Amount),
    column("*拟预留比例(%)", Kind::Ratio),
    column("预留份额(万元)", Kind::Share),
    column("*联系人", Kind::Contact),
    column("*联系人手机号码", Kind::Mobile),
    column("备注", Kind::Remark),
];

const PURCHASERS: &[Column] = &[
    column("序号", Kind::Serial),
    column("*采购人名称", Kind::Name),
    column("*统一信用代码", Kind::CreditCode),
    column("*采购人类型", Kind::List(PURCHASER_TYPES)),
    column("所属预算单位名称", Kind::UnitName),
    column("*联系人", Kind::Contact),
    column("*联系人手机号码", Kind::Mobile),
    column("备注", Kind::Remark),
];

const _: () = assert!(UNITS.len() <= MAX_COLUMNS && PURCHASERS.len() <= MAX_COLUMNS);

impl Template {
    /// Both templates.
    pub const ALL: [Self; 2] = [Self::Units, Self::Purchasers];

    /// The title in row 1.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Units => "预算单位采购贫困地区农副产品预留份额情况表",
            Self::Purchasers => "采购人交易账号开通填报表",
        }
    }

    /// The columns, starting from A.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Units => UNITS,
            Self::Purchasers => PURCHASERS,
        }
    }

    /// The name in commands and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Purchasers => "purchasers",
        }
    }

    /// Parses the name.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

/// The letters of a column of the sheet: 0 → A, 25 → Z, 26 → AA.
pub fn letter(column: u8) -> String {
    let first = (column / 26).checked_sub(1).map(|n| char::from(b'A' + n));
    first.into_iter().chain([char::from(b'A' + column % 26)]).collect()
}

/// The name of a cell in the spreadsheet program: `C18`.
pub fn cell_name(row: u32, column: u8) -> String {
    format!("{}{row}", letter(column))
}
