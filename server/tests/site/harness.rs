//! A server for one test, and its users.

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

/// The finance department (财政部门) of the demo data whose units the tests import.
pub(crate) const DEPARTMENT: &str = "示例县财政局";
/// A finance department that must not see the units of [`DEPARTMENT`].
pub(crate) const OTHER_DEPARTMENT: &str = "样例县财政局";
/// The platform operator (平台运维).
pub(crate) const OPERATOR: &str = "平台运维";

/// The longest time that a test waits for a condition.
const MAX_WAIT: Duration = Duration::from_mins(2);

/// The program with its own configuration and database.
pub(crate) struct Site {
    folder: TempDir,
    db: TestDb,
    variables: Vec<(String, String)>,
}

impl Site {
    /// A site with an empty, migrated database. The variables override the configuration.
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

    /// The command that starts the program. It inherits no environment variables from this process.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = program(self.folder.path());
        command
            .env("FARM_SITE_ADDR", "127.0.0.1:0")
            .env("DATABASE_URL", self.db.url())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(args);
        command
    }

    /// Runs the program until it ends.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Loads the demo data. Returns its accounts: login name and password by name.
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

    /// Starts a server and waits until it is ready.
    pub(crate) async fn serve(&self) -> Server {
        self.serve_by(|args| self.command(args)).await
    }

    /// Starts a server by a command that gets its arguments.
    pub(crate) async fn serve_by(&self, command: impl FnOnce(&[&str]) -> Command) -> Server {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let ready = self.path(&format!("ready-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let log = fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let child = command(&["serve", "--ready-file", ready.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let is_secure = self.variables.iter().any(|(name, value)| name == "FARM_SITE_SECURE" && value == "true");
        let mut server = Server { child, base: String::new(), origin: String::new(), client: client() };
        server.base = wait_for("the server is ready", async || {
            assert!(server.child.try_wait().unwrap().is_none(), "the server ended:\n{}", self.log());
            fs::read_to_string(&ready).ok().map(|text| text.trim().to_owned())
        })
        .await;
        let scheme = if is_secure { "https:" } else { "http:" };
        server.origin = server.base.replacen("http:", scheme, 1);
        server
    }

    /// The log of all servers of this site.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The path of a file in the folder of this site.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A connection to the database of this site.
    pub(crate) async fn database(&self) -> sea_orm::DatabaseConnection {
        sea_orm::Database::connect(self.db.url()).await.unwrap()
    }

    /// The SMS that the file gateway has sent.
    pub(crate) fn sent_sms(&self) -> Vec<Sms> {
        let text = fs::read_to_string(self.path("data/sms.jsonl")).unwrap_or_default();
        // A process that is killed while it writes leaves a line that the next process ends.
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(|line| Sms::read(&serde_json::from_str(line).unwrap())).collect()
    }
}

/// A command that is started by a shell, after something that the shell does before.
pub(crate) fn in_shell(before: &str, program: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before}; exec \"$0\" \"$@\"")]).arg(program.get_program()).args(program.get_args());
    shell.current_dir(program.get_current_dir().unwrap()).env_clear();
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// The program in this folder, without any environment variables.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.current_dir(folder).env_clear();
    command
}

/// The login name and the initial password in an SMS.
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

/// A running server. It is killed when the value is dropped.
pub(crate) struct Server {
    child: Child,
    /// Its address, such as `http://127.0.0.1:41234`.
    pub(crate) base: String,
    /// The origin of its pages in a browser. A secure site stands behind a proxy with TLS.
    pub(crate) origin: String,
    /// A client that follows no redirect and keeps no cookie.
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
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends SIGKILL, so that the server cannot clean up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM and returns the exit status.
    pub(crate) async fn terminate(mut self) -> ExitStatus {
        let sent = Command::new("kill").arg(self.process_id().to_string()).status().unwrap();
        assert!(sent.success());
        wait_for("the server has stopped", async || self.child.try_wait().unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// A user who is not signed in.
    pub(crate) fn signed_out(&self) -> Person<'_> {
        Person { server: self, cookie: None }
    }

    /// Signs a management account in.
    pub(crate) async fn sign_in(&self, (login, password): &(String, String)) -> Person<'_> {
        let mut person = self.signed_out();
        let response = person.call("sign_in", &[("login", login), ("password", password)]).await;
        assert_eq!(response.status(), 200, "{login} cannot sign in: {}", response.text().await.unwrap());
        person.keep_cookie(&response);
        person
    }
}

/// A user with a browser.
#[derive(Clone)]
pub(crate) struct Person<'a> {
    server: &'a Server,
    pub(crate) cookie: Option<String>,
}

impl Person<'_> {
    /// The same browser at another server.
    pub(crate) fn at_server<'b>(&self, server: &'b Server) -> Person<'b> {
        Person { server, cookie: self.cookie.clone() }
    }

    /// Keeps the session cookie of a response.
    pub(crate) fn keep_cookie(&mut self, response: &Response) {
        let cookie = response.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
        self.cookie = cookie.split(';').next().map(str::to_owned);
    }

    /// A request of a script with the session cookie.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.server.request(method, path).header(ACCEPT, "application/json");
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// Calls a server function by its name.
    pub(crate) async fn call(&self, name: &str, args: &[(&str, &str)]) -> Response {
        let (path, method) = server_function(name);
        let args = args.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect::<Vec<_>>().join("&");
        let request = match method {
            Method::GET => self.request(method, &format!("{path}?{args}")),
            method => self
                .request(method, path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", &self.server.origin)
                .body(args),
        };
        request.send().await.unwrap()
    }

    /// Calls a server function that must succeed. Returns its answer.
    pub(crate) async fn call_ok(&self, name: &str, args: &[(&str, &str)]) -> Value {
        let response = self.call(name, args).await;
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, 200, "{name}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Uploads a spreadsheet of units.
    pub(crate) async fn upload(&self, name: &str, bytes: Vec<u8>) -> Response {
        self.upload_to("/units/import", name, bytes).await
    }

    /// Uploads a spreadsheet to a path.
    pub(crate) async fn upload_to(&self, path: &str, name: &str, bytes: Vec<u8>) -> Response {
        let file = Part::bytes(bytes).file_name(name.to_owned());
        self.request(Method::POST, path).multipart(Form::new().part("file", file)).send().await.unwrap()
    }

    /// Uploads a spreadsheet of units that must not be refused. Returns its batch.
    pub(crate) async fn stage(&self, name: &str, bytes: Vec<u8>) -> i64 {
        let response = self.upload(name, bytes).await;
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, 200, "{name}: {text}");
        serde_json::from_str::<Value>(&text).unwrap()["batch"].as_i64().unwrap()
    }

    /// Generates the accounts of a batch and waits until the job has ended.
    pub(crate) async fn generate(&self, batch: i64) -> Value {
        self.call_ok("generate", &[("id", &batch.to_string())]).await;
        self.wait_for_job(batch, "the accounts are generated", |job| job["state"] == "done" || job["state"] == "failed")
            .await
    }

    /// Waits until the job of a batch fulfils a condition.
    pub(crate) async fn wait_for_job(&self, batch: i64, what: &str, is_fulfilled: impl Fn(&Value) -> bool) -> Value {
        wait_for(what, async || {
            let job = self.call_ok("batch", &[("id", &batch.to_string())]).await["job"].clone();
            is_fulfilled(&job).then_some(job)
        })
        .await
    }
}

/// The path and method of a server function. The path of `sign_in` is `/api/sign_in` and a hash.
pub(crate) fn server_function(name: &str) -> (&'static str, Method) {
    let has_name = |(path, _): &(&str, Method)| function_name(path) == name;
    server_functions().find(has_name).unwrap_or_else(|| panic!("there is no server function {name}"))
}

/// The path and method of every server function.
pub(crate) fn server_functions() -> impl Iterator<Item = (&'static str, Method)> {
    // Without a use of `app`, the linker would drop the functions that it registers.
    let _ = app::routes::TRADE;
    leptos::server_fn::axum::server_fn_paths()
}

/// The name of a server function from its path.
pub(crate) fn function_name(path: &str) -> &str {
    path.trim_start_matches("/trade").trim_start_matches("/api/").trim_end_matches(|c: char| c.is_ascii_digit())
}

/// A text for a query or a form.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The content of a sample file.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(samples().join(name)).unwrap()
}

/// The folder of the sample files.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../workbook/tests/samples")
}

/// Waits until `poll` returns a value.
pub(crate) async fn wait_for<T>(what: &str, mut poll: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = poll().await {
            return found;
        }
        assert!(started.elapsed() < MAX_WAIT, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The code of the problem in a response.
pub(crate) async fn problem_code(response: Response) -> String {
    problem_code_in(&response.text().await.unwrap())
}

/// The code of a problem in its JSON text. A problem with details is an object whose key is the code.
pub(crate) fn problem_code_in(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    let name = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Object(fields) => fields.keys().next().unwrap().clone(),
        other => panic!("not a problem: {other}"),
    };
    match &value {
        // What other systems get (RFC 9457).
        Value::Object(fields) if fields.contains_key("code") => name(&fields["code"]),
        Value::Object(fields) if fields.contains_key("file") => name(&fields["file"]),
        other => name(other),
    }
}
