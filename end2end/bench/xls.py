"""Writes the bench's rows as .xls: `python xls.py ROWS.tsv OUT.xls`. BIFF8 with a shared string table, as Excel writes it.

Numbers are written as numbers in the columns that hold numbers; everything else, codes and phones too, as text.
"""

import sys

import xlwt

NUMBERS = {0, 6, 7, 8}
HEAD = 3

rows, out = sys.argv[1:]
book = xlwt.Workbook(encoding="utf-8")
sheet = book.add_sheet("Sheet1")
with open(rows, encoding="utf-8") as lines:
    for r, line in enumerate(lines):
        for c, text in enumerate(line.rstrip("\n").split("\t")):
            if text:
                sheet.write(r, c, float(text) if r >= HEAD and c in NUMBERS else text)
book.save(out)
