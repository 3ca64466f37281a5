//! Sums up what the processes found.

use serde_json::Value;
use std::{collections::BTreeMap, fmt, path::Path, process::ExitStatus};

/// The findings about all files.
#[derive(Default)]
pub(crate) struct Report {
    files: usize,
    cells: u64,
    /// The number of files or sheets that the product refuses, by reason.
    refusals: BTreeMap<String, usize>,
    /// The number of differences and of files, by reason.
    known: BTreeMap<String, (u64, usize)>,
    /// The differences that nobody has explained, by file.
    unknown: Vec<(String, Vec<String>, u64)>,
}

impl Report {
    /// Adds the output of the process that read a file.
    pub(crate) fn add(&mut self, file: &Path, output: &str, status: ExitStatus) {
        self.files += 1;
        let name = file.display().to_string();
        let lines: Vec<Value> = output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let Some(result) = lines.last().filter(|_| status.success()) else {
            let reader = lines.last().and_then(|line| line["reader"].as_str()).unwrap_or("the program");
            self.failure(name, reader, &format!("the process ended with {status}"));
            return;
        };
        self.cells += result["cells"].as_u64().unwrap_or_default();
        for refusal in result["refusals"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            *self.refusals.entry(refusal.to_owned()).or_default() += 1;
        }
        for (reason, count) in result["known"].as_object().into_iter().flatten() {
            self.add_known(reason, count.as_u64().unwrap_or_default());
        }
        for panic in result["panics"].as_array().into_iter().flatten() {
            let text = |index: usize| panic[index].as_str().unwrap_or_default();
            self.failure(name.clone(), text(0), &format!("panic: {}", text(1)));
        }
        let unknown = result["unknown"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let unknown: Vec<String> = unknown.map(str::to_owned).collect();
        if !unknown.is_empty() {
            self.unknown.push((name, unknown, result["unknown_count"].as_u64().unwrap_or_default()));
        }
    }

    /// Adds a panic or the end of a process. calamine is known to panic and to need much memory or time.
    fn failure(&mut self, name: String, reader: &str, text: &str) {
        if reader == "calamine" {
            self.add_known("calamine panics, or needs more memory or time than the limit", 1);
        } else {
            self.unknown.push((name, vec![format!("{reader}: {text}")], 1));
        }
    }

    fn add_known(&mut self, reason: &str, count: u64) {
        let (differences, files) = self.known.entry(reason.to_owned()).or_default();
        *differences += count;
        *files += 1;
    }

    /// Whether every difference is known.
    pub(crate) const fn is_clean(&self) -> bool {
        self.unknown.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (file, differences, count) in &self.unknown {
            writeln!(f, "{file}: {count} unknown")?;
            differences.iter().try_for_each(|difference| writeln!(f, "    {difference}"))?;
        }
        writeln!(f, "\nfiles: {}\ncells: {}", self.files, self.cells)?;
        writeln!(f, "\nfiles and sheets that the product refuses:")?;
        self.refusals.iter().try_for_each(|(reason, count)| writeln!(f, "{count:>9}  {reason}"))?;
        writeln!(f, "\nknown differences (number, files):")?;
        self.known.iter().try_for_each(|(reason, (count, files))| writeln!(f, "{count:>9} {files:>6}  {reason}"))?;
        let unknown: u64 = self.unknown.iter().map(|(_, _, count)| count).sum();
        writeln!(f, "\nunknown differences: {unknown} in {} files", self.unknown.len())
    }
}
