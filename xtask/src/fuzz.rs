//! `cargo xtask fuzz`: runs the fuzz targets of the spreadsheet reader.

use crate::{
    paths::{root, target},
    setup,
    shell::{Outcome, run},
};
use std::{fs, process::Command};

/// A fuzz target and the folders of its first inputs.
const TARGETS: [(&str, &[&str]); 2] = [
    (
        "xls",
        &[
            "workbook/tests/samples",
            "workbook/tests/libreoffice",
            "workbook/tests/protected",
            "workbook/tests/corpus/xlwt",
            "workbook/tests/corpus/sheetjs-biff5",
            "workbook/tests/corpus/sheetjs-biff8",
        ],
    ),
    ("xlsx", &["fuzz/seeds/xlsx"]),
];

/// Runs each target for some minutes. An input that fails is stored below `target/fuzz/artifacts`.
pub(crate) fn fuzz(minutes: u32) -> Outcome {
    let cargo_fuzz = setup::cargo_fuzz()?;
    for (name, seeds) in TARGETS {
        let folder = |what: &str| target().join("fuzz").join(what).join(name);
        let (corpus, artifacts) = (folder("corpus"), folder("artifacts"));
        for folder in [&corpus, &artifacts] {
            fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        }
        // The reader has no unsafe code. Without a sanitizer it is as fast, and needs as much memory, as in the product.
        let mut fuzz = Command::new("rustup");
        fuzz.current_dir(root())
            .args(["run", setup::FUZZ_TOOLCHAIN])
            .arg(&cargo_fuzz)
            .args(["fuzz", "run", "--sanitizer", "none", "--target-dir"])
            .arg(target().join("fuzz/build"))
            .arg(name)
            .arg(&corpus)
            .args(seeds)
            // The limits of any file: 10 seconds and 500 MB.
            .args(["--", "-timeout=10", "-rss_limit_mb=500", "-max_len=200000"])
            .arg(format!("-max_total_time={}", minutes * 60))
            .arg(format!("-artifact_prefix={}/", artifacts.display()));
        let dictionary = root().join("fuzz").join(name).with_extension("dict");
        if dictionary.exists() {
            fuzz.arg(format!("-dict={}", dictionary.display()));
        }
        run(
            &format!("fuzzing {name} for {minutes} min"),
            &mut fuzz,
            &format!("The input that failed is in {}.", artifacts.display()),
        )?;
    }
    Ok(())
}
