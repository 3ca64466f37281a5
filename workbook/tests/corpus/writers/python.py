"""Writes the books of cases.json by openpyxl, XlsxWriter and xlwt: `python python.py CASES.json FOLDER`."""

import datetime
import json
import re
import sys
from pathlib import Path

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

# openpyxl and XlsxWriter write the time of the writing, which would change the files every time.
WRITTEN = datetime.datetime(2026, 1, 1)

# The codes of error values in an .xls. xlwt misspells one of the texts.
ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def position(reference):
    """Row and column, both 0-based."""
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", reference).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row) - 1, column - 1


def corners(merged):
    first, last = merged.split(":")
    return position(first) + position(last)


def text_of(cell):
    """The text of a cell, or None."""
    if "repeat" in cell:
        utf16 = (cell["repeat"] * cell["units"]).encode("utf-16-le")[: 2 * cell["units"]]
        return utf16.decode("utf-16-le", errors="ignore")
    if "runs" in cell:
        return "".join(cell["runs"])
    return cell.get("text")


def by_openpyxl(book, path):
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    workbook.properties.created = workbook.properties.modified = WRITTEN
    if book.get("date1904"):
        workbook.epoch = CALENDAR_MAC_1904
    for case in book["sheets"]:
        sheet = workbook.create_sheet(case["name"])
        sheet.sheet_state = case.get("state", "visible")
        for cell in case["cells"]:
            target = sheet[cell["at"]]
            if "runs" in cell:
                blocks = [TextBlock(InlineFont(b=index % 2 == 1), run) for index, run in enumerate(cell["runs"])]
                target.value = CellRichText(*blocks)
            elif "formula" in cell:
                target.value = "=" + cell["formula"]
            elif text_of(cell) is not None:
                target.value = text_of(cell)
                target.data_type = "s"
            elif "error" in cell:
                target.value = cell["error"]
            else:
                target.value = cell.get("number", cell.get("bool"))
            if "format" in cell:
                target.number_format = cell["format"]
        for merged in case.get("merged", []):
            sheet.merge_cells(merged)
        for row in case.get("hidden_rows", []):
            sheet.row_dimensions[row].hidden = True
    workbook.save(path)


def by_xlsxwriter(book, path):
    workbook = xlsxwriter.Workbook(path, {"date_1904": book.get("date1904", False)})
    workbook.set_properties({"created": WRITTEN})
    bold = workbook.add_format({"bold": True})
    for case in book["sheets"]:
        sheet = workbook.add_worksheet(case["name"])
        if case.get("state") == "hidden":
            sheet.hide()
        for merged in case.get("merged", []):
            sheet.merge_range(*corners(merged), "")
        for cell in case["cells"]:
            row, column = position(cell["at"])
            style = workbook.add_format({"num_format": cell["format"]}) if "format" in cell else None
            if "runs" in cell:
                parts = [part for index, run in enumerate(cell["runs"]) for part in ([bold, run] if index % 2 else [run])]
                sheet.write_rich_string(row, column, *parts)
            elif "formula" in cell:
                (value,) = cell["result"].values()
                sheet.write_formula(row, column, "=" + cell["formula"], style, value)
            elif text_of(cell) is not None:
                sheet.write_string(row, column, text_of(cell), style)
            elif "bool" in cell:
                sheet.write_boolean(row, column, cell["bool"], style)
            else:
                sheet.write_number(row, column, cell["number"], style)
        for row in case.get("hidden_rows", []):
            sheet.set_row(row - 1, None, None, {"hidden": True})
    workbook.close()


def by_xlwt(book, path):
    workbook = xlwt.Workbook(encoding="utf-8")
    workbook.dates_1904 = book.get("date1904", False)
    bold = xlwt.easyfont("bold on")
    for case in book["sheets"]:
        sheet = workbook.add_sheet(case["name"], cell_overwrite_ok=True)
        sheet.visibility = 1 if case.get("state") == "hidden" else 0
        for merged in case.get("merged", []):
            first_row, first_column, last_row, last_column = corners(merged)
            sheet.merge(first_row, last_row, first_column, last_column)
        for cell in case["cells"]:
            row, column = position(cell["at"])
            style = xlwt.easyxf(num_format_str=cell["format"]) if "format" in cell else xlwt.easyxf()
            if "runs" in cell:
                parts = [(run, bold) if index % 2 else run for index, run in enumerate(cell["runs"])]
                sheet.write_rich_text(row, column, parts)
            elif "formula" in cell:
                sheet.write(row, column, xlwt.Formula(cell["formula"]), style)
            elif "error" in cell:
                sheet.row(row).set_cell_error(column, ERROR_CODES[cell["error"]], style)
            else:
                text = text_of(cell)
                sheet.write(row, column, cell.get("number", cell.get("bool")) if text is None else text, style)
        for row in case.get("hidden_rows", []):
            sheet.row(row - 1).hidden = True
    workbook.save(str(path))


def main():
    cases, folder = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    for name, write in {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter, "xlwt": by_xlwt}.items():
        writer = cases["writers"][name]
        (folder / name).mkdir(parents=True, exist_ok=True)
        for book in cases["books"]:
            if book["name"] in writer["leaves_out"]:
                continue
            is_written = lambda cell: f"{book['name']}!{cell['at']}" not in writer["leaves_out"]
            sheets = [dict(sheet, cells=list(filter(is_written, sheet["cells"]))) for sheet in book["sheets"]]
            write(dict(book, sheets=sheets), folder / name / f"{book['name']}.{writer['extension']}")


main()
