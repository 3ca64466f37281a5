//! Commands that prepare the database.

use crate::{config::Config, error::Error, settings};

/// `migrate`: prints the pending migrations and, unless it is a dry run, applies them.
pub(crate) async fn migrate(config: Config, dry_run: bool) -> Result<(), Error> {
    let services = settings::open(&config).await?;
    let status = services.schema_status().await.map_err(Error::Schema)?;
    settings::check_not_ahead(&status)?;
    if status.pending.is_empty() {
        println!("the schema is up to date");
        return Ok(());
    }
    println!("pending migrations:");
    for migration in &status.pending {
        println!("  {}  {}", migration.name, migration.description);
    }
    if !dry_run {
        let applied = services.migrate().await.map_err(Error::Schema)?;
        // Another process may have applied some of them in the meantime.
        println!("{} applied; the schema is up to date", applied.len());
    }
    Ok(())
}

/// `seed`: loads the presets and, with `--demo`, the demo data. Prints one line per demo account: name, login name and
/// password, separated by tabs.
pub(crate) async fn seed(config: Config, demo: bool) -> Result<(), Error> {
    let services = settings::open_migrated(&config).await?;
    let seeded = service::seed::presets(&services).await.map_err(Error::Seed)?;
    eprintln!("{} units and {} accounts added", seeded.units, seeded.accounts);
    if demo {
        for account in service::seed::demo(&services).await.map_err(Error::Seed)? {
            println!("{}\t{}\t{}", account.name, account.login, account.password.as_str());
        }
        let orders = service::seed::demo_orders(&services).await.map_err(Error::Seed)?;
        eprintln!("{orders} demo orders");
    }
    Ok(())
}

/// `issue-password`: prints the first password of a preset account. It cannot be printed again.
pub(crate) async fn issue_password(config: Config, login: String) -> Result<(), Error> {
    let services = settings::open_migrated(&config).await?;
    let issued = service::account::issue_on_console(&services, &login).await;
    let password = issued.map_err(|why| Error::Issue { login, why })?;
    println!("{}", password.as_str());
    Ok(())
}

/// `resume-jobs`: queues the generations again that were given up.
pub(crate) async fn resume_jobs(config: Config) -> Result<(), Error> {
    let services = settings::open_migrated(&config).await?;
    let resumed = service::generate::resume_failed(&services).await.map_err(Error::Resume)?;
    println!("{resumed} generations go on as soon as a server runs");
    Ok(())
}

/// `accept-sms-key`: makes the SMS key of the configuration the key of the database.
pub(crate) async fn accept_sms_key(config: Config) -> Result<(), Error> {
    let services = settings::open_migrated(&config).await?;
    let lost = service::sms::accept_key(&services).await.map_err(Error::Key)?;
    println!("the key is accepted; {lost} waiting SMS had passwords of another key and have failed: send them again");
    Ok(())
}

/// `stats rebuild`: computes all postings and totals anew from the orders, and counts all units again.
pub(crate) async fn rebuild_statistics(config: Config) -> Result<(), Error> {
    let services = settings::open_migrated(&config).await?;
    let rebuilt = service::ledger::rebuild(&services).await.map_err(Error::Rebuild)?;
    println!("{} postings of {} orders were computed anew", rebuilt.postings, rebuilt.orders);
    Ok(())
}
