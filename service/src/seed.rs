//! The presets (预置) and the demo data. Safe to repeat.

use crate::{Clear, Error, Result, Services};

/// What `seed` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Units added; 0 when repeated.
    pub units: u32,
    /// Accounts added.
    pub accounts: u32,
}

/// An account to show the product with.
#[derive(Debug)]
pub struct DemoAccount {
    /// Its unit, or 平台运维.
    pub name: String,
    /// Login name.
    pub login: String,
    /// Password.
    pub password: Clear,
}

/// Loads 中华人民共和国财政部, the finance departments of every division, the central units and the operator's account.
pub async fn presets(services: &Services) -> Result<Seeded> {
    let _ = services;
    Err(Error::internal("unfinished"))
}

/// Adds 示例县财政局 with a ready account and a few dozen units, a second finance department, and gives the operator a
/// password; answers the accounts to sign in with, also when repeated.
pub async fn demo(services: &Services) -> Result<Vec<DemoAccount>> {
    let _ = services;
    Err(Error::internal("unfinished"))
}
