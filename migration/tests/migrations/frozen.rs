//! Migrations that are on the main branch do not change.

use sha2::{Digest, Sha256};
use std::{fmt::Write as _, fs, path::Path};

/// SQL files below `src`, with the SHA-256 of their content. A new file is added here with its migration.
const FILES: &[(&str, &str)] = &[
    ("m20261124_000001_initial/postgres.sql", "2038aaf0d454b68c8d0321b7a2313cb7712d665293318cc41b512ab145300cb2"),
    ("m20261124_000001_initial/sqlite.sql", "a1ab5adfcbaee42cafa65d3560e8e444965c56fd5f328bcb29b4bb1a1d12b837"),
    (
        "m20261125_000003_derived_columns/postgres.sql",
        "ceaba2b616b556e3ce76b12e297f4ea1019cf62d9494722b5773e6a480489a11",
    ),
    ("m20261125_000003_derived_columns/sqlite.sql", "9a7a0329e87c1834dfce23d06124dae9b79060c547e91f2547c088473a4f465f"),
    ("m20261130_000007_sms_history/postgres.sql", "a0cc0b46cf0b4600f3ac60dff9ad7dad7085eb9bc9da124fcbbbf3ac70f4287d"),
    ("m20261130_000007_sms_history/sqlite.sql", "4c08d6845af3f1d339ed57c29eed704befce8e04f7c7c0e0f26b651b5819f133"),
    ("m20261130_000011_orders/postgres.sql", "a3b46c28a4c411719fd6c3c9c8229d2072cb9272f22111007ecf4f5fcd0b1250"),
    ("m20261130_000011_orders/sqlite.sql", "63e62062cdd213e18a37a434d7732af63fb31e4cf9e07c63a12e38199c79a175"),
    ("m20261130_000013_situation/postgres.sql", "7d8810674848041e18a57bd897792bb8a7da894f05f910fe28725bba4daf0c1e"),
    ("m20261130_000013_situation/sqlite.sql", "c97532529cfa24dc1504b2c2e340d9e071b8891af6f6a64bf063700a6355b022"),
];

#[test]
fn sql_files_have_their_checksums() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in fs::read_dir(&source).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "sql") {
                let name = file.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, sha256(&fs::read(&file).unwrap())));
            }
        }
    }
    files.sort();
    let expected: Vec<_> = FILES.iter().map(|(name, sum)| ((*name).to_owned(), (*sum).to_owned())).collect();
    assert_eq!(files, expected, "databases already have these migrations: write a new migration instead");
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
