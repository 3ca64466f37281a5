// Writes the books of cases.json by SheetJS and ExcelJS: `node javascript.mjs CASES.json FOLDER`.

import ExcelJS from "exceljs";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import XLSX from "xlsx";

// The writers store the time of the writing, which would change the files every time.
const WRITTEN = new Date(Date.UTC(2026, 0, 1));

// The codes of error values, which SheetJS wants also in an .xlsx.
const ERROR_CODES = {
  "#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42,
};

/** The text of a cell, or undefined. */
function textOf(cell) {
  if (cell.repeat !== undefined) {
    const text = cell.repeat.repeat(cell.units).slice(0, cell.units);
    // A half of a character at the end would be no text.
    return text.isWellFormed() ? text : text.slice(0, -1);
  }
  return cell.runs?.join("") ?? cell.text;
}

function bySheetJs(book, path, bookType) {
  const workbook = XLSX.utils.book_new();
  workbook.Props = { CreatedDate: WRITTEN, ModifiedDate: WRITTEN };
  workbook.Workbook = { WBProps: { date1904: book.date1904 ?? false }, Sheets: [] };
  for (const sheet of book.sheets) {
    const target = {};
    const range = { s: { r: 0, c: 0 }, e: { r: 0, c: 0 } };
    for (const cell of sheet.cells) {
      const at = XLSX.utils.decode_cell(cell.at);
      range.e = { r: Math.max(range.e.r, at.r), c: Math.max(range.e.c, at.c) };
      const value = (content) => {
        if (content === undefined) return { t: "n" };
        if (textOf(content) !== undefined) return { t: "s", v: textOf(content) };
        if (content.error !== undefined) return { t: "e", v: ERROR_CODES[content.error], w: content.error };
        if (content.bool !== undefined) return { t: "b", v: content.bool };
        return { t: "n", v: content.number };
      };
      target[cell.at] = cell.formula === undefined ? value(cell) : { ...value(cell.result), f: cell.formula };
      if (cell.format !== undefined) target[cell.at].z = cell.format;
    }
    target["!ref"] = XLSX.utils.encode_range(range);
    target["!merges"] = (sheet.merged ?? []).map(XLSX.utils.decode_range);
    target["!rows"] = [];
    for (const row of sheet.hidden_rows ?? []) target["!rows"][row - 1] = { hidden: true };
    XLSX.utils.book_append_sheet(workbook, target, sheet.name);
    workbook.Workbook.Sheets.push({ name: sheet.name, Hidden: sheet.state === "hidden" ? 1 : 0 });
  }
  XLSX.writeFile(workbook, path, { bookType, bookSST: true, compression: true });
}

async function byExcelJs(book, path) {
  const workbook = new ExcelJS.Workbook();
  workbook.created = workbook.modified = WRITTEN;
  workbook.properties.date1904 = book.date1904 ?? false;
  for (const sheet of book.sheets) {
    const target = workbook.addWorksheet(sheet.name, { state: sheet.state ?? "visible" });
    const value = (content) => {
      if (content === undefined) return undefined;
      if (content.runs !== undefined) {
        return { richText: content.runs.map((text, index) => ({ text, font: { bold: index % 2 === 1 } })) };
      }
      return content.error === undefined ? textOf(content) ?? content.bool ?? content.number : { error: content.error };
    };
    for (const cell of sheet.cells) {
      const written = target.getCell(cell.at);
      written.value = cell.formula === undefined ? value(cell) : { formula: cell.formula, result: value(cell.result) };
      if (cell.format !== undefined) written.numFmt = cell.format;
    }
    for (const merged of sheet.merged ?? []) target.mergeCells(merged);
    for (const row of sheet.hidden_rows ?? []) target.getRow(row).hidden = true;
  }
  await workbook.xlsx.writeFile(path);
}

const [casesFile, folder] = process.argv.slice(2);
const cases = JSON.parse(readFileSync(casesFile, "utf8"));
const writers = {
  sheetjs: (book, path) => bySheetJs(book, path, "xlsx"),
  "sheetjs-biff8": (book, path) => bySheetJs(book, path, "biff8"),
  "sheetjs-biff5": (book, path) => bySheetJs(book, path, "biff5"),
  exceljs: byExcelJs,
};
for (const [name, write] of Object.entries(writers)) {
  const { extension, leaves_out: leavesOut } = cases.writers[name];
  mkdirSync(join(folder, name), { recursive: true });
  for (const book of cases.books.filter((book) => !(book.name in leavesOut))) {
    const isWritten = (cell) => !(`${book.name}!${cell.at}` in leavesOut);
    const sheets = book.sheets.map((sheet) => ({ ...sheet, cells: sheet.cells.filter(isWritten) }));
    await write({ ...book, sheets }, join(folder, name, `${book.name}.${extension}`));
  }
}
