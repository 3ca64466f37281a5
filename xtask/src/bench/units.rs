//! `cargo xtask bench units`: how fast lists, searches and the tree answer, on both databases.

use crate::{
    place::cargo,
    postgres::Cluster,
    setup,
    shell::{Outcome, run, say},
    test::POSTGRES,
};

/// Units below one department: the size that pages must be quick at, and ten times as many.
const SIZES: [u32; 2] = [100_000, 1_000_000];

/// Builds for release, fills a database of each kind with units and measures.
pub(crate) fn units() -> Outcome {
    setup::npm_packages()?;
    let cluster = Cluster::start()?;
    for units in SIZES {
        say(format!("measuring lists of {units} units"));
        run(
            "measuring",
            cargo()
                .args(["test", "--quiet", "--release", "--package", "service", "--test", "people", "--"])
                .args(["--ignored", "--nocapture", "--test-threads", "1", "speed::lists"])
                .env("UNITS", units.to_string())
                .env(POSTGRES, cluster.url()),
            "Look at what the test says above.",
        )?;
    }
    Ok(())
}
