//! Generates files: the template of units, filled in with generated units. In the files for measuring, one row in a hundred has
//! one of five errors; the others are valid.

use crate::{
    paths::end2end,
    setup,
    shell::{Outcome, run},
};
use domain::{CreditCode, Template};
use rust_xlsxwriter::{Workbook, XlsxError};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The columns with numbers. All others are text, also codes and mobile numbers.
const NUMBER_COLUMNS: [usize; 4] = [0, 6, 7, 8];
/// The number of rows above the first unit.
const HEAD_ROWS: u32 = 3;

/// The superior of generated units unless another one is given.
const SUPERIOR: &str = "示例县财政局";

/// Generates an .xlsx file, one row in a hundred of which is wrong.
pub(crate) fn xlsx(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("units-{rows}.xlsx")), &sheet(rows, 0, SUPERIOR, true))
}

/// Generates an .xlsx file without errors. Its units differ from the units of [`xlsx`] and of every other `series`.
pub(crate) fn clean(folder: &Path, rows: u32, series: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("clean-{series}-{rows}.xlsx")), &sheet(rows, series * 1_000_000, SUPERIOR, false))
}

/// Generates an .xlsx file without errors in memory: units with the serial numbers from `first_serial` below a superior.
pub(crate) fn units_below(superior: &str, rows: u32, first_serial: u32) -> Outcome<Vec<u8>> {
    let mut book = workbook_of(&sheet(rows, first_serial, superior, false)).map_err(|why| format!("a sheet: {why}"))?;
    book.save_to_buffer().map_err(|why| format!("a sheet: {why}"))
}

/// Generates the file of [`xlsx`] as .xls, by xlwt.
pub(crate) fn xls(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    let file = folder.join(format!("units-{rows}.xls"));
    let table = folder.join("rows.tsv");
    let text: String = sheet(rows, 0, SUPERIOR, true).iter().map(|row| row.join("\t") + "\n").collect();
    fs::write(&table, text).map_err(|why| format!("{}: {why}", table.display()))?;
    let packages = setup::python_writers()?;
    run(
        &format!("writing {}", file.display()),
        Command::new("python3").env("PYTHONPATH", packages).arg(end2end().join("bench/xls.py")).arg(table).arg(&file),
        "Look at what Python says above.",
    )?;
    Ok(file)
}

fn write_xlsx(file: &Path, rows: &[Vec<String>]) -> Outcome<PathBuf> {
    let saved = workbook_of(rows).and_then(|mut book| book.save(file));
    saved.map(|()| file.to_owned()).map_err(|why| format!("{}: {why}", file.display()))
}

fn workbook_of(rows: &[Vec<String>]) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (r, cells) in (0..).zip(rows) {
        for (c, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            let number =
                text.parse::<f64>().ok().filter(|_| r >= HEAD_ROWS && NUMBER_COLUMNS.contains(&usize::from(c)));
            match number {
                Some(number) => sheet.write_number(r, c, number),
                None => sheet.write_string(r, c, text),
            }?;
        }
    }
    Ok(book)
}

/// The cells of a sheet: title, notes, header and `rows` units.
fn sheet(rows: u32, first_serial: u32, superior: &str, has_errors: bool) -> Vec<Vec<String>> {
    let header = Template::Units.columns().iter().map(|column| column.header.to_owned()).collect();
    let head = [vec![Template::Units.title().to_owned()], vec!["填报说明".to_owned()], header];
    let units = (0..rows).map(|index| unit(index, first_serial + index, superior, has_errors));
    head.into_iter().chain(units).collect()
}

fn unit(index: u32, serial: u32, superior: &str, has_errors: bool) -> Vec<String> {
    let total = f64::from(500 + index % 4_500) / 10.0;
    let ratio = [10.0, 12.0, 15.0, 15.5, 20.0].into_iter().cycle().nth(index as usize % 5).unwrap_or_default();
    let person =
        |salt: u32| "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超".chars().nth((index * salt) as usize % 17).unwrap_or('伟');
    let mut row = vec![
        (index + 1).to_string(),
        unit_name(serial),
        credit_code(serial),
        superior.to_owned(),
        "县级".to_owned(),
        "二级预算单位".to_owned(),
        total.to_string(),
        ratio.to_string(),
        format!("{:.2}", total * ratio / 100.0),
        format!("王{}{}", person(1), person(7)),
        mobile(serial),
        String::new(),
    ];
    if has_errors && index % 100 == 99 {
        let (column, text) = [(2, "11320106M"), (10, "1391234"), (4, "县及"), (7, "120"), (1, "")]
            .into_iter()
            .cycle()
            .nth(index as usize / 100 % 5)
            .unwrap_or_default();
        if let Some(cell) = row.get_mut(column) {
            text.clone_into(cell);
        }
    }
    row
}

/// The name of the unit with a serial number.
pub(crate) fn unit_name(serial: u32) -> String {
    format!("示例县第{serial}号预算单位")
}

/// The mobile number of the contact of the unit with a serial number below 100,000,000.
pub(crate) fn mobile(serial: u32) -> String {
    format!("139{serial:08}")
}

/// The credit code of the unit with a serial number, with the check character that fits.
pub(crate) fn credit_code(serial: u32) -> String {
    let with_check_character = |check| format!("11320106M{serial:08}{check}");
    ('0'..='9')
        .chain('A'..='Z')
        .map(with_check_character)
        .find(|code| CreditCode::parse(code).is_ok())
        .unwrap_or_default()
}
