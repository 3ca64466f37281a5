//! Addresses that the server answers besides the pages: files, a stream of events and the language switch.

use super::Route;
use domain::{Template, ids::BatchId, report::ReportKind};
use leptos::prelude::IntoAttributeValue;
use std::fmt::{Display, Formatter, Result};

/// An address that is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// POST: switches the language.
    Language,
    /// 导出 of a list.
    Export(Template),
    /// 导出 of 我的订单.
    ExportOrders,
    /// 导出 of a report.
    Report(ReportKind),
    /// GET: the draft of 月度通报. POST: with the texts of its form.
    Bulletin(BulletinFile),
    /// The template to fill in.
    TemplateFile(Template, TemplateFormat),
    /// Data of a batch.
    Batch(Template, BatchId, BatchEndpoint),
}

/// A form of the bulletin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulletinFile {
    /// A document of Word.
    Docx,
    /// A spreadsheet.
    Xlsx,
    /// A page to print.
    Paper,
}

impl BulletinFile {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Docx, Self::Xlsx, Self::Paper];
}

/// A file format of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateFormat {
    /// .xls
    Xls,
    /// .xlsx
    Xlsx,
}

/// The endpoints of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchEndpoint {
    /// The progress of its job, as server-sent events.
    Events,
    /// 下载标注错误的表.
    Annotated,
    /// 下载账号清单.
    Accounts,
}

impl TemplateFormat {
    /// The extension of the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
        }
    }
}

impl BatchEndpoint {
    /// The path for a batch. The server passes `{batch}` to get the pattern of its route.
    pub fn path(self, template: Template, batch: impl Display) -> String {
        let name = match self {
            Self::Events => "events",
            Self::Annotated => "annotated.xlsx",
            Self::Accounts => "accounts.xlsx",
        };
        format!("{}/{batch}/{name}", Route::Import(template))
    }
}

impl Display for Endpoint {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match *self {
            Self::Language => f.write_str("/lang"),
            Self::Export(template) => write!(f, "{}/export.xlsx", Route::list(template)),
            Self::ExportOrders => write!(f, "{}/export.xlsx", Route::TradeOrders),
            Self::Report(kind) => write!(f, "/statistics/{}.xlsx", kind.as_str()),
            Self::Bulletin(BulletinFile::Docx) => write!(f, "{}.docx", Route::Bulletin),
            Self::Bulletin(BulletinFile::Xlsx) => write!(f, "{}.xlsx", Route::Bulletin),
            Self::Bulletin(BulletinFile::Paper) => write!(f, "{}/paper", Route::Bulletin),
            Self::TemplateFile(template, format) => {
                write!(f, "/templates/{}.{}", template.as_str(), format.extension())
            }
            Self::Batch(template, batch, endpoint) => f.write_str(&endpoint.path(template, batch)),
        }
    }
}

impl IntoAttributeValue for Endpoint {
    type Output = String;

    fn into_attribute_value(self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_printed() {
        for (endpoint, printed) in [
            (Endpoint::Language, "/lang"),
            (Endpoint::Export(Template::Units), "/units/export.xlsx"),
            (Endpoint::Export(Template::Purchasers), "/purchasers/export.xlsx"),
            (Endpoint::ExportOrders, "/trade/orders/export.xlsx"),
            (Endpoint::Report(ReportKind::Execution), "/statistics/execution.xlsx"),
            (Endpoint::Bulletin(BulletinFile::Docx), "/statistics/bulletin.docx"),
            (Endpoint::Bulletin(BulletinFile::Xlsx), "/statistics/bulletin.xlsx"),
            (Endpoint::Bulletin(BulletinFile::Paper), "/statistics/bulletin/paper"),
            (Endpoint::TemplateFile(Template::Units, TemplateFormat::Xls), "/templates/units.xls"),
            (Endpoint::TemplateFile(Template::Purchasers, TemplateFormat::Xlsx), "/templates/purchasers.xlsx"),
            (Endpoint::Batch(Template::Units, BatchId(7), BatchEndpoint::Events), "/units/import/7/events"),
            (Endpoint::Batch(Template::Units, BatchId(7), BatchEndpoint::Accounts), "/units/import/7/accounts.xlsx"),
        ] {
            assert_eq!(endpoint.to_string(), printed);
        }
        let pattern = BatchEndpoint::Annotated.path(Template::Purchasers, "{batch}");
        assert_eq!(pattern, "/purchasers/import/{batch}/annotated.xlsx");
    }
}
