//! Commands that prepare the database and end.

use crate::{config::Config, error::Error, settings};

/// `migrate`: brings the schema up to date.
pub(crate) async fn migrate(config: Config) -> Result<(), Error> {
    settings::open(&config).await?.migrate().await.map_err(Error::Schema)
}

/// `seed`: loads the presets and, if asked, the demo data, whose accounts it prints: name, login name and password,
/// separated by tabs.
pub(crate) async fn seed(config: Config, demo: bool) -> Result<(), Error> {
    let services = settings::open(&config).await?;
    services.migrate().await.map_err(Error::Schema)?;
    let seeded = service::seed::presets(&services).await.map_err(Error::Seed)?;
    eprintln!("{} units and {} accounts added", seeded.units, seeded.accounts);
    if demo {
        for account in service::seed::demo(&services).await.map_err(Error::Seed)? {
            println!("{}\t{}\t{}", account.name, account.login, account.password.as_str());
        }
    }
    Ok(())
}

/// `issue-password`: prints a preset account's first password, this once.
pub(crate) async fn issue_password(config: Config, login: String) -> Result<(), Error> {
    let services = settings::open(&config).await?;
    let issued = service::account::issue_on_console(&services, &login).await;
    let password = issued.map_err(|why| Error::Issue { login, why })?;
    println!("{}", password.as_str());
    Ok(())
}
