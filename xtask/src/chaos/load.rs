//! The work of the users while faults happen. What the server confirms goes into the ledger.

use super::{
    client::{Client, Failure, encode, hidden_input},
    ledger::{AddedUnit, GeneratedFile, Times},
    world::{UNFINISHED, World, lock},
};
use crate::{sheets, shell::Outcome};
use fastrand::Rng;
use std::{
    fs,
    ops::Range,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// The pause before a failed request is sent again, and between two looks at a job.
pub(super) const PAUSE: Duration = Duration::from_millis(250);
/// The password that a new account gives itself.
const NEW_PASSWORD: &str = "kuangfeng-daziran-58";
/// The time in which the setting up must succeed, before any fault.
const SETTING_UP: Duration = Duration::from_mins(1);

/// An account with its password.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The unit's name.
    pub(super) name: String,
    /// Login name.
    pub(super) login: String,
    /// Password.
    pub(super) password: String,
}

/// A demo account from the lines that `server seed --demo` prints.
pub(super) fn demo_account(accounts: &str, name: &str) -> Outcome<Account> {
    let mut parts = accounts.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let found = parts.find(|parts| parts.first().is_some_and(|first| first == name));
    match found.as_deref() {
        Some([name, login, password]) => {
            Ok(Account { name: name.clone(), login: login.clone(), password: password.clone() })
        }
        _ => Err(format!("the demo data has no account of {name}")),
    }
}

/// A signed-in user.
pub(super) fn signed_in<'w>(world: &'w World, account: &Account) -> Outcome<Client<'w>> {
    let mut client = Client::new(world);
    client
        .sign_in(&account.login, &account.password)
        .map_err(|why| format!("{} cannot sign in: {why}", account.name))?;
    Ok(client)
}

/// The fields of the form of a unit.
fn unit_form<'a>(serial_texts: &'a [String; 3], superior: &'a str, remark: &'a str) -> Vec<(&'a str, &'a str)> {
    let [name, code, mobile] = serial_texts;
    vec![
        ("form[name]", name),
        ("form[code]", code),
        ("form[superior]", superior),
        ("form[admin_level]", "县级"),
        ("form[budget_level]", "二级预算单位"),
        ("form[total]", "120.5"),
        ("form[ratio]", "15"),
        ("form[contact]", "王敏"),
        ("form[mobile]", mobile),
        ("form[remark]", remark),
    ]
}

/// Name, credit code and mobile number of the unit with a serial number.
fn serial_texts(serial: u32) -> [String; 3] {
    [sheets::unit_name(serial), sheets::credit_code(serial), sheets::mobile(serial)]
}

/// The fields of a new unit below a superior, and its credit code.
pub(super) fn new_unit_fields(world: &World, superior: &str) -> (Vec<(String, String)>, String) {
    let texts = serial_texts(world.take_serials(1));
    let fields = unit_form(&texts, superior, "").into_iter();
    (fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), texts[1].clone())
}

/// Adds a unit below the unit of a signed-in user, signs its new account in for the first time and completes its data, as its
/// people do after the SMS.
pub(super) fn new_account(world: &World, superior: &Account, sms_file: &Path) -> Outcome<Account> {
    let failed = |why: Failure| format!("setting up an account: {why}");
    let own = signed_in(world, superior)?;
    let texts = serial_texts(world.take_serials(1));
    let [name, code, mobile] = &texts;
    own.call("/units/new", "create_unit", &unit_form(&texts, &superior.name, "")).map_err(failed)?;
    let (login, initial) = read_sms(sms_file, mobile)?;
    let account = Account { name: name.clone(), login, password: NEW_PASSWORD.to_owned() };
    let mut client = Client::new(world);
    client.sign_in(&account.login, &initial).map_err(failed)?;
    client.change_password(&initial, NEW_PASSWORD).map_err(failed)?;
    let page = client.page("/profile/complete").map_err(failed)?;
    let version = hidden_input(&page, "version").ok_or("the page of the own data has no version")?;
    let profile =
        [("version", &version[..]), ("admin_level", "县级"), ("budget_level", "二级预算单位"), ("contact", "王敏")];
    let profile = [&profile[..], &[("mobile", &mobile[..])]].concat();
    client.call("/profile/complete", "save_profile", &profile).map_err(failed)?;
    client.page("/units").map_err(failed)?;
    let unit = AddedUnit {
        code: code.clone(),
        confirmed: true,
        remarks: vec![String::new()],
        resets: Times::default(),
        resends: Times::default(),
    };
    lock(&world.ledger).added.push(unit);
    Ok(account)
}

/// Waits for the SMS to a mobile number. Returns the login name and the initial password in it.
fn read_sms(file: &Path, mobile: &str) -> Outcome<(String, String)> {
    let start = Instant::now();
    while start.elapsed() < SETTING_UP {
        let text = fs::read_to_string(file).unwrap_or_default();
        if let Some(line) = text.lines().find(|line| line.contains(mobile)) {
            let is_word = |word: &&str| matches!(word.len(), 10 | 12);
            let words = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_word).collect::<Vec<_>>();
            let login = words.iter().find(|word| word.len() == 10 && word.starts_with("GL"));
            let password = words.iter().find(|word| word.len() == 12);
            if let (Some(login), Some(password)) = (login, password) {
                return Ok(((*login).to_owned(), (*password).to_owned()));
            }
        }
        thread::sleep(PAUSE);
    }
    Err(format!("there is no SMS to {mobile} in {}", file.display()))
}

/// Sends a request until it is answered and not refused for a reason that passes. `None` if it is refused, or if the time to
/// finish is over.
pub(super) fn until_confirmed<T>(
    world: &World,
    what: &str,
    mut request: impl FnMut() -> Result<T, Failure>,
) -> Option<T> {
    loop {
        match request() {
            Ok(done) => return Some(done),
            Err(failure) if !failure.is_transient() => {
                world.violate("valid work was refused", format!("{what}: {failure}"));
                return None;
            }
            Err(failure) if world.is_over() => {
                world.violate(UNFINISHED, format!("{what}: {failure}"));
                return None;
            }
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

/// Uploads files of new units and generates their accounts, one file after the other.
pub(super) fn import(world: &World, client: &Client<'_>, superior: &str, rows: Range<u32>, mut rng: Rng) {
    while !world.is_stopping() {
        let rows = rng.u32(rows.clone());
        let first = world.take_serials(rows);
        let sheet = match sheets::units_below(superior, rows, first) {
            Ok(sheet) => sheet,
            Err(why) => return world.violate("a fault of this command", why),
        };
        let generated = loop {
            let Some(batch) = until_confirmed(world, "an upload", || client.upload(&sheet)) else { break None };
            match generate(world, client, batch, rows) {
                Generated::Superseded => {}
                Generated::Wholly => break Some(batch),
                Generated::No => break None,
            }
        };
        if let Some(batch) = generated {
            let codes = (first..first + rows).map(sheets::credit_code).collect();
            lock(&world.ledger).files.push(GeneratedFile { batch, codes });
        }
    }
}

/// The outcome of a generation.
enum Generated {
    /// Every account is there and every SMS is sent.
    Wholly,
    /// An upload without an answer was carried out late and has replaced the batch.
    Superseded,
    /// Something went wrong, and is recorded.
    No,
}

/// Generates the accounts of a batch and waits until every SMS is sent.
fn generate(world: &World, client: &Client<'_>, batch: i64, rows: u32) -> Generated {
    let (id, page) = (batch.to_string(), format!("/units/import/{batch}?confirm=1"));
    let start = || match client.call(&page, "generate", &[("id", &id)]) {
        Err(Failure::Refused { status: 409, .. }) => Ok(false),
        started => started.map(|_| true),
    };
    match until_confirmed(world, "the start of a generation", start) {
        Some(true) => {}
        Some(false) => return Generated::Superseded,
        None => return Generated::No,
    }
    loop {
        let Some(job) = until_confirmed(world, "the progress of a job", || client.job(batch)) else {
            return Generated::No;
        };
        match &job.state[..] {
            "done" if job.created != rows || job.failed > 0 => {
                world.violate("a job did not create every unit", format!("batch {batch} of {rows} rows: {job:?}"));
                return Generated::No;
            }
            "done" if job.sms_sent >= rows => return Generated::Wholly,
            "failed" => {
                world.violate("a job was given up", format!("batch {batch}"));
                if until_confirmed(world, "the restart of a generation", start).is_none() {
                    return Generated::No;
                }
            }
            _ if world.is_over() => {
                world.violate(UNFINISHED, format!("batch {batch} of {rows} rows: {job:?}"));
                return Generated::No;
            }
            _ => thread::sleep(PAUSE),
        }
    }
}

/// Adds units by the form, edits them, sends their SMS again and resets their passwords.
pub(super) fn keep_units(world: &World, client: &Client<'_>, own: &Account, mut rng: Rng) {
    while !world.is_stopping() {
        let texts = serial_texts(world.take_serials(1));
        let [_, code, _] = &texts;
        let added = client.call("/units/new", "create_unit", &unit_form(&texts, &own.name, ""));
        let mut unit = AddedUnit {
            code: code.clone(),
            confirmed: added.is_ok(),
            remarks: vec![String::new()],
            resets: Times::default(),
            resends: Times::default(),
        };
        if let Some(answer) = confirmed(world, "a new unit", added) {
            match unit_id(answer.text()) {
                Some(id) => {
                    for number in 1..=rng.u32(1..3) {
                        edit(world, client, &id, &texts, &own.name, (number, &mut unit));
                    }
                    send_again(world, client, &id, &mut unit);
                    reset(world, client, &id, own, &mut unit);
                }
                None => world.violate("a fault of this command", format!("no unit in {}", answer.text())),
            }
        }
        lock(&world.ledger).added.push(unit);
    }
}

/// The result of a request that need not be carried out. A refusal for a reason that does not pass is a violation.
fn confirmed<T>(world: &World, what: &str, result: Result<T, Failure>) -> Option<T> {
    match result {
        Ok(done) => return Some(done),
        Err(failure) if failure.is_transient() => thread::sleep(PAUSE),
        Err(failure) => world.violate("valid work was refused", format!("{what}: {failure}")),
    }
    None
}

/// The id in the address of a unit's page.
fn unit_id(address: &str) -> Option<String> {
    let rest = address.split("/units/").nth(1)?;
    let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (!id.is_empty()).then_some(id)
}

/// Changes the remark of a unit.
fn edit(
    world: &World,
    client: &Client<'_>,
    id: &str,
    texts: &[String; 3],
    superior: &str,
    (number, unit): (u32, &mut AddedUnit),
) {
    let page = format!("/units/{id}/edit");
    let Some(text) = confirmed(world, "the form of a unit", client.page(&page)) else { return };
    let Some(version) = hidden_input(&text, "version") else {
        return world.violate("a fault of this command", format!("{page} has no version"));
    };
    let remark = format!("第{number}次修改");
    let mut fields = unit_form(texts, superior, &remark);
    fields.extend([("id", id), ("version", &version[..])]);
    match client.call(&page, "edit_unit", &fields) {
        Ok(answer) if answer.text() == "\"saved\"" => unit.remarks = vec![remark],
        // An edit without an answer was carried out after this form was loaded.
        Ok(_) => {}
        Err(failure) if failure.is_transient() => {
            unit.remarks.push(remark);
            thread::sleep(PAUSE);
        }
        Err(failure) => world.violate("valid work was refused", format!("an edit: {failure}")),
    }
}

fn send_again(world: &World, client: &Client<'_>, id: &str, unit: &mut AddedUnit) {
    let sent = client.call(&format!("/units/{id}"), "resend_sms", &[("holder[unit]", id)]);
    unit.resends.count(sent.is_ok());
    confirmed(world, "sending an SMS again", sent);
}

fn reset(world: &World, client: &Client<'_>, id: &str, own: &Account, unit: &mut AddedUnit) {
    let fields = [("holder[unit]", id), ("how", "made"), ("own", &own.password[..])];
    let reset = client.call(&format!("/units/{id}/reset"), "reset_password", &fields);
    unit.resets.count(reset.is_ok());
    match reset {
        // Attempts at the own password without an answer may count as failed ones.
        Err(Failure::Refused { status: 429, .. }) => thread::sleep(PAUSE),
        reset => drop(confirmed(world, "the reset of a password", reset)),
    }
}

/// Opens pages and downloads files.
pub(super) fn read(world: &World, client: &Client<'_>, mut rng: Rng) {
    while !world.is_stopping() {
        let batch = rng.choice(lock(&world.ledger).files.iter().map(|file| file.batch).collect::<Vec<_>>());
        let some_unit = encode(&sheets::unit_name(rng.u32(1..1_000)));
        let opened = match (rng.u32(0..9), batch) {
            (0, _) => client.page("/").map(drop),
            (1, _) => client.page("/units").map(drop),
            (2, _) => client.page("/units/manage").map(drop),
            (3, _) => client.page("/units/import").map(drop),
            (4, _) => client.page(&format!("/units?q={some_unit}")).map(drop),
            (5, _) => client.download(&format!("/units/export.xlsx?q={some_unit}")),
            (6, Some(batch)) => client.page(&format!("/units/import/{batch}")).map(drop),
            (7, Some(batch)) => client.download(&format!("/units/import/{batch}/annotated.xlsx")),
            (8, Some(batch)) => client.download(&format!("/units/import/{batch}/accounts.xlsx")),
            (_, _) => client.page("/help").map(drop),
        };
        match opened {
            // Only the uploader may see a batch: any other is told that there is none.
            Err(Failure::Refused { status: 404, .. }) => {}
            opened => drop(confirmed(world, "a page or a file", opened)),
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::{demo_account, unit_id};

    #[test]
    fn the_id_of_a_new_unit_is_in_the_next_address() {
        assert_eq!(unit_id("\"/units/4711?done=added\""), Some("4711".to_owned()));
        assert_eq!(unit_id("\"/units/manage\""), None);
    }

    #[test]
    fn a_demo_account_is_found_by_its_name() {
        let accounts = "示例县财政局\tGL00003316\tsecret\n平台运维\tYW00000001\tother";
        assert_eq!(demo_account(accounts, "平台运维").unwrap().login, "YW00000001");
        assert!(demo_account(accounts, "示例").is_err());
    }
}
