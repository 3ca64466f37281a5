//! The ledger of orders and the statistics of purchases, on real databases of both kinds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Clippy allows these only in functions that are tests.

mod api_keys;
mod bulletins;
mod naive;
mod own_orders;
mod parked;
mod races;
mod random;
mod receive;
mod reports;
mod speed;
mod tables;
mod world;

use domain::Problem;

/// The problem for which a use case refuses a request.
fn problem<T>(answer: service::Result<T>) -> Problem {
    match answer {
        Ok(_) => panic!("the request was not refused"),
        Err(error) => error.into_problem(),
    }
}
