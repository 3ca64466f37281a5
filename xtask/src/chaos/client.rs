//! A user with a browser without JavaScript, or with a script: requests, and the server functions that the forms of pages name.

use super::{
    orders::CALLS,
    world::{Observation, TOO_LATE, Target, World},
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    sync::OnceLock,
    time::{Duration, Instant},
};
use ureq::{Agent, Body, http::Response};

/// How much longer than the limit a client waits, so that it sees how late an answer is.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time after which the answer to an upload is too late: reading and checking the file has a limit of its own.
const UPLOAD_TOO_LATE: Duration = Duration::from_secs(66);
/// The largest answer that is read.
const MOST_BYTES: u64 = 64 << 20;

/// The media types of a browser that follows a link, and of a script.
const HTML: &str = "text/html";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// Separates the parts of an upload.
pub(super) const BOUNDARY: &str = "chaos-boundary";

/// An answer.
pub(super) struct Answer {
    status: u16,
    cookie: Option<String>,
    text: String,
}

/// Why a request did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// There was no answer: it is not known whether the server has done it.
    Unanswered(String),
    /// The server has refused or failed.
    Refused {
        /// The status.
        status: u16,
        /// The problem.
        text: String,
    },
}

impl Failure {
    /// Whether the request may succeed later.
    pub(super) const fn is_transient(&self) -> bool {
        matches!(self, Self::Unanswered(_) | Self::Refused { status: 500.., .. })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unanswered(why) => write!(f, "no answer: {why}"),
            Self::Refused { status, text } => write!(f, "{status} {}", text.chars().take(200).collect::<String>()),
        }
    }
}

/// The progress of a job.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Job {
    /// `queued`, `running`, `done` or `failed`.
    pub(super) state: String,
    /// Created accounts.
    pub(super) created: u32,
    /// Failed rows.
    pub(super) failed: u32,
    /// SMS that the gateway has taken.
    pub(super) sms_sent: u32,
}

/// A user.
#[derive(Clone)]
pub(super) struct Client<'w> {
    world: &'w World,
    /// The network address that the server believes.
    address: String,
    cookie: Option<String>,
}

/// All clients share the settings; each request has a connection of its own.
fn agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None);
        config.max_idle_connections(0).build().into()
    })
}

impl<'w> Client<'w> {
    /// A user who is not signed in.
    pub(super) fn new(world: &'w World) -> Self {
        Self { world, address: world.take_address(), cookie: None }
    }

    /// The headers that a raw request of this user needs, with or without its session.
    pub(super) fn raw_headers(&self, signed_in: bool) -> String {
        let cookie = self.cookie.as_deref().filter(|_| signed_in).unwrap_or_default();
        format!("Host: localhost\r\nX-Forwarded-For: {}\r\nCookie: {cookie}\r\n", self.address)
    }

    /// Signs in.
    pub(super) fn sign_in(&mut self, login: &str, password: &str) -> Result<(), Failure> {
        let answer = self.call("/signin", "sign_in", &[("login", login), ("password", password)])?;
        self.cookie = answer.cookie;
        Ok(())
    }

    /// Changes the own password. The session gets another cookie.
    pub(super) fn change_password(&mut self, old: &str, new: &str) -> Result<(), Failure> {
        let answer = self.call("/password", "change_password", &[("old", old), ("new", new), ("repeat", new)])?;
        self.cookie = answer.cookie.or(self.cookie.take());
        Ok(())
    }

    /// A page.
    pub(super) fn page(&self, path: &str) -> Result<String, Failure> {
        self.get(path, HTML).map(|answer| answer.text)
    }

    /// A file.
    pub(super) fn download(&self, path: &str) -> Result<(), Failure> {
        self.get(path, JSON).map(drop)
    }

    fn get(&self, path: &str, accept: &str) -> Result<Answer, Failure> {
        self.send(&format!("GET {path}"), TOO_LATE, |url, limit| {
            let request = agent().get(format!("{url}{path}")).header("accept", accept);
            let request = request.header("x-forwarded-for", &self.address);
            let request = request.header("cookie", self.cookie.as_deref().unwrap_or_default());
            request.config().timeout_global(Some(limit)).build().call()
        })
    }

    /// Calls a server function that a form on `page` names.
    pub(super) fn call(&self, page: &str, function: &str, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
        let path = self.world.function(function, || {
            let text = self.page(page)?;
            let missing = || Failure::Refused { status: 0, text: format!("{page} has no form for {function}: {text}") };
            form_action(&text, function).ok_or_else(missing)
        })?;
        let body = form_body(fields);
        self.post(&path, function, FORM, body.as_bytes(), TOO_LATE)
    }

    /// Uploads a sheet of units. Returns its batch.
    pub(super) fn upload(&self, sheet: &[u8]) -> Result<i64, Failure> {
        let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let body = upload_body(sheet);
        let answer = self.post("/units/import", "upload", &media_type, &body, UPLOAD_TOO_LATE)?;
        let batch = serde_json::from_str::<Value>(&answer.text).ok().and_then(|answer| answer.get("batch")?.as_i64());
        batch.ok_or(Failure::Refused { status: answer.status, text: answer.text })
    }

    fn post(&self, path: &str, name: &str, kind: &str, body: &[u8], too_late: Duration) -> Result<Answer, Failure> {
        self.send(&format!("POST {name}"), too_late, |url, limit| {
            let request = agent().post(format!("{url}{path}")).header("accept", JSON).header("content-type", kind);
            let request = request.header("x-forwarded-for", &self.address);
            let request = request.header("cookie", self.cookie.as_deref().unwrap_or_default());
            request.config().timeout_global(Some(limit)).build().send(body)
        })
    }

    /// Sends orders with a signed header.
    pub(super) fn send_orders(&self, authorization: &str, body: &[u8]) -> Result<Answer, Failure> {
        self.send(&format!("POST {CALLS}"), TOO_LATE, |url, limit| {
            let request = agent().post(format!("{url}{CALLS}")).header("content-type", JSON);
            let request = request.header("authorization", authorization).header("x-forwarded-for", &self.address);
            request.config().timeout_global(Some(limit)).build().send(body)
        })
    }

    /// The present state of the job of a batch: the first event of its stream.
    pub(super) fn job(&self, batch: i64) -> Result<Job, Failure> {
        let path = format!("/units/import/{batch}/events");
        let answer = self.send_and_read("GET events", TOO_LATE, first_event, |url, limit| {
            let request = agent().get(format!("{url}{path}")).header("accept", "text/event-stream");
            let request = request.header("x-forwarded-for", &self.address);
            let request = request.header("cookie", self.cookie.as_deref().unwrap_or_default());
            request.config().timeout_global(Some(limit)).build().call()
        })?;
        serde_json::from_str(&answer.text).map_err(|why| Failure::Unanswered(format!("{why}: {}", answer.text)))
    }

    fn send(
        &self,
        what: &str,
        too_late: Duration,
        request: impl FnOnce(&str, Duration) -> Result<Response<Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let read = |response: &mut Response<Body>| {
            let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|why| why.to_string())
        };
        self.send_and_read(what, too_late, read, request)
    }

    /// Sends a request, reads the answer and records both.
    fn send_and_read(
        &self,
        what: &str,
        too_late: Duration,
        read: impl FnOnce(&mut Response<Body>) -> Result<String, String>,
        request: impl FnOnce(&str, Duration) -> Result<Response<Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let Target { url, number } = self.world.target();
        let (began, began_in) = (Instant::now(), self.world.outage());
        let answer = request(&url, too_late + PATIENCE).map_err(|why| why.to_string()).and_then(|mut response| {
            let status = response.status().as_u16();
            let cookie = response.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
            let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
            // The body of a refusal is a problem, also where an answer would be a stream.
            let location = response.headers().get("location").and_then(|location| location.to_str().ok());
            let text = match location.filter(|_| (300..400).contains(&status)) {
                Some(location) => Ok(format!("to {location}")),
                None if status < 400 => read(&mut response),
                None => read_refusal(&mut response),
            };
            text.map(|text| Answer { status, cookie, text })
        });
        let outcome = answer.as_ref().map(|answer| answer.status).map_err(Clone::clone);
        self.world.observe(Observation { what, server: number, began, began_in, outcome, too_late });
        match answer {
            Ok(answer) if answer.status < 300 => Ok(answer),
            // Pages redirect a user without a session to the sign-in.
            Ok(answer) => Err(Failure::Refused { status: answer.status, text: answer.text }),
            Err(why) => Err(Failure::Unanswered(why)),
        }
    }
}

impl Answer {
    /// The answer's text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

fn read_refusal(response: &mut Response<Body>) -> Result<String, String> {
    response.body_mut().read_to_string().map_err(|why| why.to_string())
}

/// The data of the first event of a stream.
fn first_event(response: &mut Response<Body>) -> Result<String, String> {
    for line in BufReader::new(response.body_mut().as_reader()).lines() {
        if let Some(data) = line.map_err(|why| why.to_string())?.strip_prefix("data:") {
            return Ok(data.trim().to_owned());
        }
    }
    Err("the stream has no event".to_owned())
}

/// The path to which a form on a page sends the arguments of a server function: its name and a number.
fn form_action(page: &str, function: &str) -> Option<String> {
    let begin = format!("/api/{function}");
    page.split(&begin[..]).skip(1).find_map(|rest| {
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!number.is_empty() && rest.get(number.len()..)?.starts_with('"')).then(|| format!("{begin}{number}"))
    })
}

/// The value of the hidden input with this name.
pub(super) fn hidden_input(page: &str, name: &str) -> Option<String> {
    page.split("<input").skip(1).find_map(|rest| {
        let tag = rest.split('>').next()?;
        let value = |attribute: &str| tag.split(&format!(" {attribute}=\"")[..]).nth(1)?.split('"').next();
        (value("name")? == name).then(|| value("value").map(str::to_owned))?
    })
}

/// The fields of a form, as a browser sends them.
pub(super) fn form_body(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// A text, percent-encoded.
pub(super) fn encode(text: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// The body of an upload.
pub(super) fn upload_body(sheet: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"chaos.xlsx\"\r\n\
         content-type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), sheet, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::{encode, form_action, hidden_input};

    #[test]
    fn the_action_of_a_form_is_found() {
        let page = r#"<a href="/api/sign_in_help1"></a><form method="post" action="/api/sign_in123">"#;
        assert_eq!(form_action(page, "sign_in"), Some("/api/sign_in123".to_owned()));
        assert_eq!(form_action(page, "sign_out"), None);
    }

    #[test]
    fn the_value_of_a_hidden_input_is_found() {
        let page = r#"<input type="text" name="old"/><input type="hidden" name="version" value="3"/>"#;
        assert_eq!(hidden_input(page, "version"), Some("3".to_owned()));
        assert_eq!(hidden_input(page, "id"), None);
    }

    #[test]
    fn text_is_percent_encoded() {
        assert_eq!(encode("a b县"), "a%20b%E5%8E%BF");
    }
}
