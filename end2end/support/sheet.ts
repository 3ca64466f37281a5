import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as XLSX from 'xlsx';

/** The folder of the sample files. */
export const SAMPLES = path.join(__dirname, '../../workbook/tests/samples');

export const sample = (name: string): string => path.join(SAMPLES, name);

export interface Expected {
  row: number;
  column: string;
  code: string;
}

/** The expected findings of each file, or the code of the refusal of the whole file. */
export const expected: Record<string, Expected[] | string> = JSON.parse(
  readFileSync(sample('expected.json'), 'utf8'),
).findings;

/** A budget unit in a row of the template. */
export interface Unit {
  name: string;
  code: string;
  superior: string;
  mobile: string;
}

const FIRST_ROW = 4;

function sheetOf(book: XLSX.WorkBook): XLSX.WorkSheet {
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  if (!sheet) throw new Error('a workbook without a sheet');
  return sheet;
}

/** The data rows of a spreadsheet, as texts. */
export function rowsOf(content: Buffer | string): string[][] {
  const book = typeof content === 'string' ? XLSX.readFile(content) : XLSX.read(content);
  return XLSX.utils.sheet_to_json<string[]>(sheetOf(book), { header: 1, raw: false, defval: '' });
}

/** The units of a filled-in template. */
export function unitsOf(file: string): Unit[] {
  return rowsOf(file)
    .slice(FIRST_ROW - 1)
    .filter((row) => row[1])
    .map((row) => ({ name: row[1] ?? '', code: row[2] ?? '', superior: row[3] ?? '', mobile: row[10] ?? '' }));
}

const CODE = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The credit code with these first 17 characters and their check character (GB 32100-2015). */
export function creditCode(first17: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    sum += CODE.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return first17 + CODE[(31 - (sum % 31)) % 31];
}

/** A file for a file input. */
export interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

let serial = Date.now() % 10_000_000;

/** `count` new units below `superior`. Their names begin with `about`. */
export function makeUnits(about: string, superior: string, count: number): Unit[] {
  return Array.from({ length: count }, (): Unit => {
    serial += 1;
    const digits = String(serial).padStart(8, '0');
    return {
      name: `${about}第${serial}号单位`,
      code: creditCode(`11320106M${digits}`),
      superior,
      mobile: `139${digits}`,
    };
  });
}

/** A filled-in template of units. */
export function sheetWith(about: string, units: Unit[]): Upload {
  const book = XLSX.readFile(sample('units-valid.xlsx'));
  const sheet = sheetOf(book);
  const template = XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1 }).slice(0, FIRST_ROW - 1);
  const rows = units.map((unit, index) => [
    index + 1, unit.name, unit.code, unit.superior, '县级', '二级预算单位', 120.5, 15, 18.08, '王敏', unit.mobile, '',
  ]);
  return asUpload(`${about}.xlsx`, XLSX.utils.aoa_to_sheet([...template, ...rows]), book.SheetNames[0]);
}

/** A sample in which one cell has another text. */
export function sampleWithCell(name: string, cell: string, text: string): Upload {
  const book = XLSX.readFile(sample(name));
  const sheet = sheetOf(book);
  XLSX.utils.sheet_add_aoa(sheet, [[text]], { origin: cell });
  return asUpload(name, sheet, book.SheetNames[0]);
}

function asUpload(name: string, sheet: XLSX.WorkSheet, title = 'Sheet1'): Upload {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, title);
  return {
    name,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: XLSX.write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer,
  };
}

/** A filled-in template of `count` new units below `superior`. */
export function newUnits(about: string, superior: string, count: number): { file: Upload; units: Unit[] } {
  const units = makeUnits(about, superior, count);
  return { units, file: sheetWith(about, units) };
}
