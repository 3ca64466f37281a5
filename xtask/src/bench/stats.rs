//! `cargo xtask bench stats`: measures the receipt of orders and the reports on both databases.

use crate::{
    paths::cargo,
    postgres::Cluster,
    setup,
    shell::{Outcome, print_step, run},
    test::POSTGRES_URL_VARIABLE,
};
use clap::Args;

/// The sizes of the measurement; without them, three sizes of each database.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Size {
    /// The number of units (stats)
    #[arg(long, requires = "orders")]
    units: Option<u64>,
    /// The number of orders (stats)
    #[arg(long, requires = "units")]
    orders: Option<u64>,
}

/// The numbers of units and of orders.
const OF_SQLITE: [(u64, u64); 3] = [(1_000, 10_000), (10_000, 100_000), (100_000, 1_000_000)];
const OF_POSTGRES: [(u64, u64); 3] = [(10_000, 100_000), (100_000, 1_000_000), (1_000_000, 10_000_000)];

/// Builds for release, fills a database of each kind with units and orders, and measures.
pub(crate) fn stats(size: Size) -> Outcome {
    setup::npm_packages()?;
    let cluster = Cluster::start()?;
    for (backend, sizes) in [("Sqlite", OF_SQLITE), ("Postgres", OF_POSTGRES)] {
        let chosen = size.units.zip(size.orders);
        for (units, orders) in chosen.map_or_else(|| sizes.to_vec(), |size| vec![size]) {
            print_step(format!("measuring {units} units with {orders} orders on {backend}"));
            run(
                "measuring",
                cargo()
                    .args(["test", "--quiet", "--release", "--package", "service", "--test", "ledger", "--"])
                    .args(["--ignored", "--nocapture", "--test-threads", "1", &format!("Backend__{backend}")])
                    .env("UNITS", units.to_string())
                    .env("ORDERS", orders.to_string())
                    .env(POSTGRES_URL_VARIABLE, cluster.url()),
                "Look at what the test says above.",
            )?;
        }
    }
    Ok(())
}
