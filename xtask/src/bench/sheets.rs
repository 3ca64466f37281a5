//! The files to measure with: template 1 filled in with made-up units. Every credit code is valid but for the rows that
//! are made wrong, one in a hundred, in one of five ways.

use crate::{
    place::{end2end, root, target},
    shell::{Outcome, run},
};
use domain::{CreditCode, Template};
use rust_xlsxwriter::Workbook;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Columns that hold numbers; everything else, codes and phones too, is text.
const NUMBERS: [usize; 4] = [0, 6, 7, 8];
/// Rows above the first unit.
const HEAD: u32 = 3;

/// As .xlsx, by `rust_xlsxwriter`.
pub(super) fn xlsx(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("units-{rows}.xlsx")), &sheet(rows, 0, true))
}

/// As .xlsx without errors, of other units than those of [`xlsx`] and of another `series`.
pub(super) fn clean(folder: &Path, rows: u32, series: u32) -> Outcome<PathBuf> {
    write_xlsx(&folder.join(format!("clean-{series}-{rows}.xlsx")), &sheet(rows, series * 1_000_000, false))
}

/// As .xls, by xlwt.
pub(super) fn xls(folder: &Path, rows: u32) -> Outcome<PathBuf> {
    let file = folder.join(format!("units-{rows}.xls"));
    let table = folder.join("rows.tsv");
    let text: String = sheet(rows, 0, true).iter().map(|row| row.join("\t") + "\n").collect();
    fs::write(&table, text).map_err(|why| format!("{}: {why}", table.display()))?;
    let tools = target().join("tools");
    if !tools.join("xlwt").is_dir() {
        run(
            "installing xlwt, which writes .xls",
            Command::new("python3")
                .env("PIP_ROOT_USER_ACTION", "ignore")
                .args(["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--requirement"])
                .arg(root().join("xtask/bench-xls.txt"))
                .arg("--target")
                .arg(&tools),
            "It takes Python 3 with pip (Debian: sudo apt-get install python3-pip).",
        )?;
    }
    run(
        &format!("writing {}", file.display()),
        Command::new("python3").env("PYTHONPATH", tools).arg(end2end().join("bench/xls.py")).arg(table).arg(&file),
        "Look at what Python says above.",
    )?;
    Ok(file)
}

fn write_xlsx(file: &Path, rows: &[Vec<String>]) -> Outcome<PathBuf> {
    let failed = |why: rust_xlsxwriter::XlsxError| format!("{}: {why}", file.display());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (r, cells) in (0..).zip(rows) {
        for (c, text) in (0..).zip(cells).filter(|(_, text)| !text.is_empty()) {
            let number = text.parse::<f64>().ok().filter(|_| r >= HEAD && NUMBERS.contains(&usize::from(c)));
            match number {
                Some(number) => sheet.write_number(r, c, number),
                None => sheet.write_string(r, c, text),
            }
            .map_err(failed)?;
        }
    }
    book.save(file).map_err(failed)?;
    Ok(file.to_owned())
}

/// Title, notes, header and `rows` units, as texts.
fn sheet(rows: u32, from: u32, wrong: bool) -> Vec<Vec<String>> {
    let header = Template::Units.columns().iter().map(|column| column.header.to_owned()).collect();
    let head = [vec![Template::Units.title().to_owned()], vec!["填报说明".to_owned()], header];
    head.into_iter().chain((0..rows).map(|index| unit(index, from + index, wrong))).collect()
}

fn unit(index: u32, serial: u32, wrong: bool) -> Vec<String> {
    let total = f64::from(500 + index % 4_500) / 10.0;
    let ratio = [10.0, 12.0, 15.0, 15.5, 20.0].into_iter().cycle().nth(index as usize % 5).unwrap_or_default();
    let person =
        |salt: u32| "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超".chars().nth((index * salt) as usize % 17).unwrap_or('伟');
    let mut row = vec![
        (index + 1).to_string(),
        format!("示例县第{serial}号预算单位"),
        credit_code(serial),
        "示例县财政局".to_owned(),
        "县级".to_owned(),
        "二级预算单位".to_owned(),
        total.to_string(),
        ratio.to_string(),
        format!("{:.2}", total * ratio / 100.0),
        format!("王{}{}", person(1), person(7)),
        format!("139{serial:08}"),
        String::new(),
    ];
    if wrong && index % 100 == 99 {
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

/// A credit code of its own for every serial number: the check character is the one that fits.
fn credit_code(serial: u32) -> String {
    let with = |check| format!("11320106M{serial:08}{check}");
    ('0'..='9').chain('A'..='Z').map(with).find(|code| CreditCode::parse(code).is_ok()).unwrap_or_default()
}
