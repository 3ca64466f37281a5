//! `cargo xtask bench units`: measures lists, searches and the tree on both databases.

use crate::{
    paths::cargo,
    postgres::Cluster,
    setup,
    shell::{Outcome, print_step, run},
    test::POSTGRES_URL_VARIABLE,
};

/// The numbers of units below one department: the number at which pages must be fast, and ten times as many.
const SIZES: [u32; 2] = [100_000, 1_000_000];

/// Builds for release, fills a database of each kind with units and measures.
pub(crate) fn units() -> Outcome {
    setup::npm_packages()?;
    let cluster = Cluster::start()?;
    for units in SIZES {
        print_step(format!("measuring lists of {units} units"));
        run(
            "measuring",
            cargo()
                .args(["test", "--quiet", "--release", "--package", "service", "--test", "people", "--"])
                .args(["--ignored", "--nocapture", "--test-threads", "1", "speed::lists"])
                .env("UNITS", units.to_string())
                .env(POSTGRES_URL_VARIABLE, cluster.url()),
            "Look at what the test says above.",
        )?;
    }
    Ok(())
}
