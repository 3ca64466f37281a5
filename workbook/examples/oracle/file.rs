//! Reads one file in all ways and prints what it finds, a JSON value a line.

use rustix::process::{Resource, Rlimit, setrlimit};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    panic::{self, AssertUnwindSafe},
    path::Path,
};
use workbook::read::{
    Limits,
    oracle::{
        View,
        compare::{Difference, Other, compare as differences_between},
        known_differences::{self, SourceFile},
        read_as_product, read_by_calamine, read_canonically,
    },
};

/// Seconds of processor time that reading a file in all ways may take.
const SECONDS: u64 = 60;
/// Bytes of memory that reading a file may take.
const MEMORY: u64 = 4 << 30;
/// Maximum number of differences of a file that are printed. The others are counted.
const MAX_PRINTED: usize = 20;

/// Whether a file starts like a ZIP archive or a compound file.
pub(crate) fn is_spreadsheet(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut start)?;
    Ok(start.starts_with(b"PK\x03\x04") || start == b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

/// Reads a file in all ways. Prints which reader begins, so that the caller knows which one ended the process, and last what
/// was found. Always returns `true`, because the caller judges.
pub(crate) fn compare(path: &Path, converted: Option<&Path>) -> io::Result<bool> {
    for (resource, limit) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS)] {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    let bytes = fs::read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let source = SourceFile { name: &name, bytes: &bytes };
    let mut findings = Findings::default();
    begin("product")?;
    let Some(product) = findings.catch("product", || read_as_product(&bytes, View::Stored, Limits::default())) else {
        return findings.print();
    };
    match &product {
        Ok(sheets) => {
            findings.cells = sheets.iter().flatten().map(|sheet| sheet.cells.len()).sum();
            findings.refusals = sheets.iter().filter_map(|sheet| sheet.as_ref().err().cloned()).collect();
        }
        Err(code) => findings.refusals = vec![code.clone()],
    }
    for view in View::ALL {
        let both = || {
            let canonical = read_canonically(&bytes, view, Limits::default())?;
            Some((read_as_product(&bytes, view, Limits::default()), canonical))
        };
        if let Some(Some((product, canonical))) = findings.catch("canonical", both) {
            findings.add(source, differences_between(Other::Canonical, &product, &canonical));
        }
    }
    let hash = hex::encode(Sha256::digest(&bytes));
    if let Some(copy) = converted.and_then(|folder| fs::read(folder.join(hash).with_extension("xlsx")).ok()) {
        begin("copy of LibreOffice")?;
        let read = || read_as_product(&copy, View::Stored, Limits::default());
        if let Some(copy) = findings.catch("copy of LibreOffice", read) {
            findings.add(source, differences_between(Other::LibreOffice, &product, &copy));
        }
    }
    begin("calamine")?;
    if let Some(calamine) = findings.catch("calamine", || read_by_calamine(&bytes)) {
        findings.add(source, differences_between(Other::Calamine, &product, &calamine));
    }
    findings.print()
}

/// Prints which reader begins.
fn begin(reader: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}", json!({ "reader": reader }))?;
    io::stdout().flush()
}

/// What was found about a file.
#[derive(Default)]
struct Findings {
    /// The number of cells that the product reads.
    cells: usize,
    /// Why the product refuses the file or sheets of it.
    refusals: Vec<String>,
    /// The readers that panicked, with their messages.
    panics: Vec<(&'static str, String)>,
    /// The number of differences by their reasons.
    known: BTreeMap<&'static str, usize>,
    unknown: Vec<String>,
}

impl Findings {
    /// Reads and notes a panic.
    fn catch<T>(&mut self, reader: &'static str, read: impl FnOnce() -> T) -> Option<T> {
        let caught = panic::catch_unwind(AssertUnwindSafe(read));
        caught
            .map_err(|message| {
                let text = message.downcast_ref::<String>().cloned();
                let text = text.or_else(|| message.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                self.panics.push((reader, text.unwrap_or_default()));
            })
            .ok()
    }

    fn add(&mut self, source: SourceFile<'_>, differences: Vec<Difference>) {
        for difference in differences {
            if let Some(reason) = known_differences::reason(&difference, source) {
                *self.known.entry(reason).or_default() += 1;
            } else {
                let Difference { other, place, ours, theirs } = difference;
                self.unknown.push(format!("{place}: product: {ours}; {other}: {theirs}"));
            }
        }
    }

    fn print(&self) -> io::Result<bool> {
        let panics: Vec<Value> = self.panics.iter().map(|(reader, text)| json!([reader, text])).collect();
        let printed: Vec<&String> = self.unknown.iter().take(MAX_PRINTED).collect();
        let result = json!({
            "cells": self.cells,
            "refusals": self.refusals,
            "panics": panics,
            "known": self.known,
            "unknown": printed,
            "unknown_count": self.unknown.len(),
        });
        writeln!(io::stdout(), "{result}")?;
        Ok(true)
    }
}
