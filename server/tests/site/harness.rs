//! A server of its own for a test, and the people who use it.

use reqwest::{
    Method, RequestBuilder, Response,
    header::{ACCEPT, COOKIE, SET_COOKIE},
    multipart::{Form, Part},
    redirect::Policy,
};
use serde_json::Value;
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tempfile::TempDir;
pub(crate) use testdb::Backend;
use testdb::TestDb;

/// Who imports in the demo data, who must not see it, and the operator.
pub(crate) const OWN: &str = "示例县财政局";
pub(crate) const OTHER: &str = "样例县财政局";
pub(crate) const OPERATOR: &str = "平台运维";

/// How long anything that a test waits for may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The program with a configuration and a database of its own.
pub(crate) struct Site {
    folder: TempDir,
    db: TestDb,
    variables: Vec<(String, String)>,
}

impl Site {
    /// A site with an empty, migrated database. The variables go over the configuration.
    pub(crate) async fn new(backend: Backend, variables: &[(&str, &str)]) -> Self {
        let site = Self::without_schema(backend, variables).await;
        let output = site.run(&["migrate"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        site
    }

    /// A site whose database has no tables yet.
    pub(crate) async fn without_schema(backend: Backend, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Leptos.toml"), "").unwrap();
        let db = TestDb::create(backend).await;
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { folder, db, variables }
    }

    /// The program, ready to be started as its own user would: nothing of this process's environment reaches it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command
            .env("FARM_SITE_ADDR", "127.0.0.1:0")
            .env("DATABASE_URL", self.db.url())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(args);
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Loads the demo data and gives its accounts: login name and password by name.
    pub(crate) fn seed(&self) -> HashMap<String, (String, String)> {
        let output = self.run(&["seed", "--demo"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        let account = |line: &str| {
            let mut parts = line.split('\t').map(str::to_owned);
            Some((parts.next()?, (parts.next()?, parts.next()?)))
        };
        printed.lines().map(|line| account(line).unwrap()).collect()
    }

    /// Serves.
    pub(crate) async fn serve(&self) -> Server {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let ready = self.path(&format!("ready-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let log = fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let child = self
            .command(&["serve", "--ready-file", ready.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server { child, base: String::new(), client: client() };
        server.base = until("the server is ready", async || {
            assert!(server.child.try_wait().unwrap().is_none(), "the server ended:\n{}", self.log());
            fs::read_to_string(&ready).ok().map(|text| text.trim().to_owned())
        })
        .await;
        server
    }

    /// What its servers have logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// A file of its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its database.
    pub(crate) async fn database(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(self.db.url()).await.unwrap()
    }

    /// The SMS that the file gateway has taken: login name and password by login name.
    pub(crate) fn sent(&self) -> Vec<Sms> {
        let text = fs::read_to_string(self.path("data/sms.jsonl")).unwrap_or_default();
        // A process killed while it wrote leaves a line that the next one ends.
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(|line| Sms::read(&serde_json::from_str(line).unwrap())).collect()
    }
}

/// The program in this folder, without any of our variables.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.current_dir(folder).env_clear();
    command
}

/// An SMS with an initial password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sms {
    pub(crate) login: String,
    pub(crate) password: String,
}

impl Sms {
    fn read(line: &Value) -> Self {
        let text = line["text"].as_str().unwrap();
        let words: Vec<&str> =
            text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let login = words
            .iter()
            .find(|word| ["GL", "JY"].iter().any(|kind| word.starts_with(kind)) && word.len() == 10)
            .unwrap();
        let password = words.iter().find(|word| word.len() == 12).unwrap();
        Self { login: (*login).to_owned(), password: (*password).to_owned() }
    }
}

/// A server; ended hard when dropped.
pub(crate) struct Server {
    child: Child,
    /// Its address.
    pub(crate) base: String,
    /// Follows no redirect and keeps no cookie.
    pub(crate) client: reqwest::Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().redirect(Policy::none()).build().unwrap()
}

impl Server {
    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// SIGKILL: no chance to put anything in order.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and what it exits with.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        let sent = Command::new("kill").arg(self.id().to_string()).status().unwrap();
        assert!(sent.success());
        until("the server has stopped", async || self.child.try_wait().unwrap()).await
    }

    /// A request.
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Somebody who is not signed in.
    pub(crate) fn nobody(&self) -> Person<'_> {
        Person { server: self, cookie: None }
    }

    /// Signs somebody in.
    pub(crate) async fn sign_in(&self, (login, password): &(String, String)) -> Person<'_> {
        let mut person = self.nobody();
        let response = person.call("sign_in", &[("login", login), ("password", password)]).await;
        assert_eq!(response.status(), 200, "{login} cannot sign in: {}", response.text().await.unwrap());
        person.keep(&response);
        person
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub(crate) struct Person<'a> {
    server: &'a Server,
    pub(crate) cookie: Option<String>,
}

impl Person<'_> {
    /// The same browser at another server.
    pub(crate) fn at<'b>(&self, server: &'b Server) -> Person<'b> {
        Person { server, cookie: self.cookie.clone() }
    }

    /// Takes the session's cookie of a response.
    pub(crate) fn keep(&mut self, response: &Response) {
        let cookie = response.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
        self.cookie = cookie.split(';').next().map(str::to_owned);
    }

    /// A request with the session's cookie, as a script sends it.
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.server.ask(method, path).header(ACCEPT, "application/json");
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).send().await.unwrap()
    }

    /// Calls a server function by its name.
    pub(crate) async fn call(&self, name: &str, args: &[(&str, &str)]) -> Response {
        let (path, method) = server_function(name);
        let args = args.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect::<Vec<_>>().join("&");
        let request = match method {
            Method::GET => self.ask(method, &format!("{path}?{args}")),
            method => self
                .ask(method, path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", &self.server.base)
                .body(args),
        };
        request.send().await.unwrap()
    }

    /// The same where it works, and what it answers.
    pub(crate) async fn called(&self, name: &str, args: &[(&str, &str)]) -> Value {
        let response = self.call(name, args).await;
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, 200, "{name}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Uploads a file of units.
    pub(crate) async fn upload(&self, name: &str, bytes: Vec<u8>) -> Response {
        self.upload_to("/units/import", name, bytes).await
    }

    /// Uploads a file.
    pub(crate) async fn upload_to(&self, path: &str, name: &str, bytes: Vec<u8>) -> Response {
        let file = Part::bytes(bytes).file_name(name.to_owned());
        self.ask(Method::POST, path).multipart(Form::new().part("file", file)).send().await.unwrap()
    }

    /// Uploads a file that is not refused and gives its batch.
    pub(crate) async fn stage(&self, name: &str, bytes: Vec<u8>) -> i64 {
        let response = self.upload(name, bytes).await;
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, 200, "{name}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()["batch"].as_i64().unwrap()
    }

    /// Generates a batch's accounts and waits for the job's end.
    pub(crate) async fn generate(&self, batch: i64) -> Value {
        self.called("generate", &[("id", &batch.to_string())]).await;
        self.job(batch, "the accounts are generated", |job| job["state"] == "done" || job["state"] == "failed").await
    }

    /// Waits until a batch's job is so far.
    pub(crate) async fn job(&self, batch: i64, what: &str, enough: impl Fn(&Value) -> bool) -> Value {
        until(what, async || {
            let job = self.called("batch", &[("id", &batch.to_string())]).await["job"].clone();
            enough(&job).then_some(job)
        })
        .await
    }
}

/// The path and method of a server function: `sign_in` is at `/api/sign_in` and a hash.
pub(crate) fn server_function(name: &str) -> (&'static str, Method) {
    let named = |(path, _): &(&str, Method)| function_name(path) == name;
    server_functions().find(named).unwrap_or_else(|| panic!("there is no server function {name}"))
}

/// Every server function.
pub(crate) fn server_functions() -> impl Iterator<Item = (&'static str, Method)> {
    // Links the crate that registers them.
    let _ = app::routes::TRADE;
    leptos::server_fn::axum::server_fn_paths()
}

/// The name without the hash.
pub(crate) fn function_name(path: &str) -> &str {
    path.trim_start_matches("/trade").trim_start_matches("/api/").trim_end_matches(|c: char| c.is_ascii_digit())
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A file of the samples.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(samples().join(name)).unwrap()
}

/// The folder of the samples.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workbook/tests/samples")
}

/// Waits until something is there.
pub(crate) async fn until<T>(what: &str, mut there: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = there().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A refusal's code, whether it carries particulars or not.
pub(crate) async fn code(response: Response) -> String {
    code_of(&response.text().await.unwrap())
}

/// The code in a refusal's text.
pub(crate) fn code_of(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    let name = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Object(fields) => fields.keys().next().unwrap().clone(),
        other => panic!("no refusal: {other}"),
    };
    match &value {
        Value::Object(fields) if fields.contains_key("file") => name(&fields["file"]),
        other => name(other),
    }
}
