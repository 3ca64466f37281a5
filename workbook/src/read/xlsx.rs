//! Reads .xlsx: a package of XML parts, inflated and read piece by piece.
//!
//! The workbook, its relationships and its styles are small; [`super::xml`] reads them by all rules of XML. The fast scanner
//! reads the shared strings and the sheets. What it does not know goes to [`super::canonical_xlsx`].

use super::{
    Limits, Result, canonical_xlsx,
    cell_sink::CellSinkFactory,
    check_sheet_counts,
    fast_xlsx::{self, Stop},
    number_format::{NumberFormat, days_from_1904},
    number_formats::{MAX_FORMATS, NumberFormats, TOO_MANY_FORMATS},
    package::{DESCRIPTION_BYTES, Package, Relationship, RelationshipType},
    sheet::{RowCollectors, Sheet, TextPool, TextSpan},
    single_filled_sheet,
    xml::{Attributes, SPREADSHEET_NAMESPACES, Visitor, parse_bool, parse_number, visit},
};
use domain::{Refusal, Template};
use std::collections::HashMap;

pub(super) fn read(template: Template, bytes: &[u8], limits: Limits) -> Result<Sheet> {
    let mut texts = TextPool::default();
    let mut workbook = Workbook::open(bytes, limits, &mut texts)?;
    let to = RowCollectors { template, limits };
    let rows = single_filled_sheet(workbook.sheets(), |path| workbook.sheet(&path, &to, &mut texts))?;
    Ok(Sheet::new(texts, rows))
}

/// A package whose main part is a workbook.
pub(super) struct Workbook<'a> {
    package: Package<'a>,
    sheets: Vec<String>,
    cells: CellContext,
}

impl<'a> Workbook<'a> {
    /// Reads what concerns all sheets. `texts` takes the shared texts.
    pub(super) fn open(bytes: &'a [u8], limits: Limits, texts: &mut TextPool) -> Result<Self> {
        let mut package = Package::open(bytes, limits)?;
        let (sheets, mut cells) = workbook(&mut package)?;
        if let Some(path) = cells.shared_strings.clone() {
            cells.shared = shared_strings(&mut package, &path, limits, texts)?;
        }
        Ok(Self { package, sheets, cells })
    }

    /// The path of each visible sheet of cells, in the order of the workbook.
    pub(super) fn sheets(&self) -> Vec<String> {
        self.sheets.clone()
    }

    /// Reads a sheet.
    pub(super) fn sheet<F: CellSinkFactory>(&mut self, path: &str, to: &F, texts: &mut TextPool) -> Result<F::Output> {
        let mark = texts.add(|_| Ok(()))?;
        let scanned = fast_xlsx::sheet(self.package.part(path, u64::MAX)?, &self.cells, to.sink(texts));
        match scanned {
            Ok(output) => Ok(output),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Unsupported) => {
                texts.truncate(mark);
                canonical_xlsx::sheet(self.package.part(path, u64::MAX)?, &self.cells, to.sink(texts))
            }
        }
    }
}

/// What the cells of all sheets refer to.
#[derive(Default)]
pub(super) struct CellContext {
    /// The path of the part with the shared strings.
    pub(super) shared_strings: Option<String>,
    /// The shared strings, by the index that cells use.
    pub(super) shared: Vec<TextSpan>,
    /// The number format of each cell style, by the index that cells use.
    formats: Vec<NumberFormat>,
    /// Whether the workbook counts days from 1904.
    is_1904: bool,
}

impl CellContext {
    /// The number format of a cell with this style. A cell that names none has the first (ECMA-376 part 1, 18.3.1.4).
    pub(super) fn format(&self, style: u32) -> &NumberFormat {
        self.formats.get(style as usize).unwrap_or(&NumberFormat::Number)
    }

    /// The stored number of a cell; a day is counted from 1900.
    pub(super) fn number(&self, stored: f64, format: &NumberFormat) -> f64 {
        if self.is_1904 && format.is_date() { days_from_1904(stored) } else { stored }
    }
}

/// The error values, as cells show them.
pub(super) const ERRORS: [&str; 16] = [
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#BUSY!",
    "#EXTERNAL!",
    "#PYTHON!",
];

fn shared_strings(
    package: &mut Package<'_>,
    path: &str,
    limits: Limits,
    texts: &mut TextPool,
) -> Result<Vec<TextSpan>> {
    // Some writers name a part that they leave out, because no cell needs it.
    if !package.has_part(path) {
        return Ok(Vec::new());
    }
    let scanned = fast_xlsx::shared_strings(package.part(path, limits.text_bytes())?, texts);
    match scanned {
        Ok(shared) => Ok(shared),
        Err(Stop::Refused(refusal)) => Err(refusal),
        Err(Stop::Unsupported) => {
            *texts = TextPool::default();
            canonical_xlsx::shared_strings(package.part(path, limits.text_bytes())?, texts, limits)
        }
    }
}

/// Finds the visible sheets of cells, in the order of the workbook, and what their cells refer to.
pub(super) fn workbook(package: &mut Package<'_>) -> Result<(Vec<String>, CellContext)> {
    let main = package.relationships("")?.into_iter().find(|r| r.kind == RelationshipType::OfficeDocument);
    let Some(main) = main.filter(|main| package.has_part(&main.path)) else { return Err(Refusal::NotASpreadsheet) };
    // A binary workbook (.xlsb) is not XML.
    if package.content_type(&main.path)?.is_some_and(|content_type| !content_type.trim().ends_with("xml")) {
        return Err(Refusal::NotASpreadsheet);
    }
    let relationships = package.relationships(&main.path)?;
    let path_of = |kind| relationships.iter().find(|r| r.kind == kind).map(|r| r.path.clone());
    let mut cells = CellContext { shared_strings: path_of(RelationshipType::SharedStrings), ..CellContext::default() };
    let mut sheets =
        VisibleSheets { paths_by_id: paths_by_id(&relationships), entries: 0, paths: Vec::new(), is_1904: false };
    visit(package.part(&main.path, DESCRIPTION_BYTES)?, WorkbookPlace::Outside, &mut sheets)?;
    cells.is_1904 = sheets.is_1904;
    let paths = sheets.paths;
    if let Some(path) = path_of(RelationshipType::Styles).filter(|path| package.has_part(path)) {
        let mut styles = Styles::default();
        visit(package.part(&path, STYLES_BYTES)?, StylesPlace::Outside, &mut styles)?;
        cells.formats = styles.formats();
    }
    Ok((paths, cells))
}

/// Maximum size of the styles. Workbooks that were copied together for years have some megabytes.
const STYLES_BYTES: u64 = 64 << 20;

fn paths_by_id(relationships: &[Relationship]) -> HashMap<String, String> {
    let worksheets = relationships.iter().filter(|r| r.kind == RelationshipType::Worksheet);
    worksheets.map(|r| (r.id.clone(), r.path.clone())).collect()
}

/// Collects the visible sheets of the workbook.
struct VisibleSheets {
    /// The paths of the sheets of cells, by the ids of their relationships.
    paths_by_id: HashMap<String, String>,
    /// Number of sheets so far, also of hidden ones and others.
    entries: usize,
    paths: Vec<String>,
    is_1904: bool,
}

#[derive(Clone, Copy)]
enum WorkbookPlace {
    Outside,
    Workbook,
    Properties,
    Sheets,
    Sheet,
}

impl Visitor for VisibleSheets {
    type Place = WorkbookPlace;

    const NAMESPACES: &'static [&'static str] = &SPREADSHEET_NAMESPACES;

    const OTHER_ROOT: Refusal = Refusal::NotASpreadsheet;

    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>> {
        match (parent, name) {
            (WorkbookPlace::Outside, "workbook") => Ok(Some(WorkbookPlace::Workbook)),
            (WorkbookPlace::Workbook, "workbookPr") => {
                let [is_1904] = attributes.get(["date1904"])?;
                self.is_1904 = is_1904.is_some_and(|value| parse_bool(&value) == Some(true));
                Ok(Some(WorkbookPlace::Properties))
            }
            (WorkbookPlace::Workbook, "sheets") => Ok(Some(WorkbookPlace::Sheets)),
            (WorkbookPlace::Sheets, "sheet") => {
                self.entries += 1;
                // Spreadsheet programs show a sheet whose state they do not know.
                let [state] = attributes.get(["state"])?;
                let hidden = state.is_some_and(|state| matches!(state.trim(), "hidden" | "veryHidden"));
                let path = attributes.relationship_id()?.and_then(|id| self.paths_by_id.get(&*id));
                // A macro sheet, a chart or an entry that leads nowhere has no cells.
                self.paths.extend(path.filter(|_| !hidden).cloned());
                check_sheet_counts(self.entries, self.paths.len())?;
                Ok(Some(WorkbookPlace::Sheet))
            }
            _ => Ok(None),
        }
    }
}

/// Collects the number formats of the cell styles.
#[derive(Default)]
struct Styles {
    number_formats: NumberFormats,
    /// The id of the number format of each cell style.
    cell_formats: Vec<u32>,
}

impl Styles {
    /// The number format of each cell style.
    fn formats(mut self) -> Vec<NumberFormat> {
        self.cell_formats.iter().map(|id| self.number_formats.get(*id)).collect()
    }
}

#[derive(Clone, Copy)]
enum StylesPlace {
    Outside,
    Styles,
    NumberFormats,
    NumberFormat,
    CellFormats,
    CellFormat,
}

impl Visitor for Styles {
    type Place = StylesPlace;

    const NAMESPACES: &'static [&'static str] = &SPREADSHEET_NAMESPACES;

    fn start(&mut self, parent: Self::Place, name: &str, attributes: &Attributes<'_>) -> Result<Option<Self::Place>> {
        match (parent, name) {
            (StylesPlace::Outside, "styleSheet") => Ok(Some(StylesPlace::Styles)),
            (StylesPlace::Styles, "numFmts") => Ok(Some(StylesPlace::NumberFormats)),
            (StylesPlace::NumberFormats, "numFmt") => {
                let [id, code] = attributes.get(["numFmtId", "formatCode"])?;
                if let Some(id) = id.and_then(|id| parse_number(&id)) {
                    self.number_formats.add(id, &code.unwrap_or_default())?;
                }
                Ok(Some(StylesPlace::NumberFormat))
            }
            (StylesPlace::Styles, "cellXfs") => Ok(Some(StylesPlace::CellFormats)),
            (StylesPlace::CellFormats, "xf") => {
                if self.cell_formats.len() >= MAX_FORMATS as usize {
                    return Err(TOO_MANY_FORMATS);
                }
                let [id] = attributes.get(["numFmtId"])?;
                self.cell_formats.push(id.and_then(|id| parse_number(&id)).unwrap_or_default());
                Ok(Some(StylesPlace::CellFormat))
            }
            _ => Ok(None),
        }
    }
}
