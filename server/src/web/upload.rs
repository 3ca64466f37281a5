//! Uploads. An upload is streamed to a file, staged and deleted, also if it could not be staged.

use super::{
    App,
    problem_response::{ResponseFormat, management_actor},
};
use app::{
    request::Visitor,
    routes::{Route, parameter},
};
use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{
        FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Redirect, Response},
};
use domain::{Excess, Problem, Refusal, Template, ids::BatchId};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{Stream, try_unfold},
};
use http::header;
use serde_json::json;
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::{fs, io::AsyncWriteExt, time::timeout};

/// The longest pause in an upload.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The longest time for which the rest of a refused request is received.
const MAX_DRAIN_TIME: Duration = Duration::from_secs(10);
/// The largest overhead of the form around its file.
const MAX_FORM_OVERHEAD_BYTES: u64 = 64 * 1024;
/// The end of the names of received files.
const UPLOAD_EXTENSION: &str = ".upload";
/// A received file of this age is left over from a process that has died.
const LEFTOVER_AGE: Duration = Duration::from_hours(1);

/// 导入: takes a filled-in template.
pub(super) async fn import(
    template: Template,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let response_format = ResponseFormat::of_request(&request);
    match (stage_upload(&app, &visitor, template, request).await, response_format.is_html) {
        (Ok(batch), false) => Json(json!({ "batch": batch })).into_response(),
        (Ok(batch), true) => Redirect::to(&Route::Batch(template, batch).to_string()).into_response(),
        (Err(problem @ (Problem::File(_) | Problem::NoFile | Problem::Busy)), true) => {
            redirect_to_upload_page(template, &problem, visitor.secure)
                .unwrap_or_else(|| response_format.problem_response(&problem))
        }
        (Err(problem), _) => response_format.problem_response(&problem),
    }
}

/// Leads a browser without JavaScript back to the upload page, which shows the problem. The problem travels in a cookie. It
/// quotes the file, and in the address anybody could make the page show any text. `None` if the problem is too long for a
/// cookie.
fn redirect_to_upload_page(template: Template, problem: &Problem, secure: bool) -> Option<Response> {
    let page = Route::Import(template);
    let cookie = app::form_echo::cookie_for(page, problem, secure)?;
    let mut response = Redirect::to(&format!("{page}?{}", parameter::REFUSED)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Some(response)
}

async fn stage_upload(app: &App, visitor: &Visitor, template: Template, request: Request) -> Result<BatchId, Problem> {
    let limit = app.config.import.max_bytes;
    let content_length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let actor = match management_actor(visitor) {
        Ok(_) if content_length.is_some_and(|bytes| bytes > limit + MAX_FORM_OVERHEAD_BYTES) => Err(too_large(limit)),
        actor => actor,
    };
    let actor = match actor {
        Ok(actor) => actor,
        Err(problem) => {
            drain(request.into_body().into_data_stream()).await;
            return Err(problem);
        }
    };
    let request = request.map(|body| limit_body(body, limit + MAX_FORM_OVERHEAD_BYTES));
    let form = Multipart::from_request(request, &()).await.map_err(|_| Problem::NoFile)?;
    let (name, file) = receive(form, &app.config.import.upload_dir, limit).await?;
    let staged = service::import::stage(&app.services, &actor, template, &name, &file.path).await;
    staged.map_err(service::Error::into_problem)
}

/// Fails if the body is longer than `limit` bytes. The rest is received and dropped before that, because a browser does not
/// read the response while it is still sending.
fn limit_body(body: Body, limit: u64) -> Body {
    Body::from_stream(try_unfold((body.into_data_stream(), 0), move |(mut chunks, mut received)| async move {
        let Some(chunk) = chunks.try_next().await? else { return Ok(None) };
        received += chunk.len() as u64;
        if received <= limit {
            return Ok(Some((chunk, (chunks, received))));
        }
        drain(chunks).await;
        Err(axum::Error::new(BodyTooLong))
    }))
}

/// The body is longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("the body is too long")]
struct BodyTooLong;

/// Receives and drops the rest of a body, for at most [`MAX_DRAIN_TIME`].
pub(super) async fn drain<E>(chunks: impl Stream<Item = Result<Bytes, E>>) {
    // A longer body is cut off.
    let _ = timeout(MAX_DRAIN_TIME, chunks.for_each(|_| std::future::ready(()))).await;
}

/// Writes the form field `file` to a new file in the folder. Returns the name in the form and the new file.
async fn receive(mut form: Multipart, folder: &Path, limit: u64) -> Result<(String, ReceivedFile), Problem> {
    while let Some(mut field) = with_timeout(form.next_field(), limit).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = base_name(field.file_name().unwrap_or_default());
        if name.is_empty() {
            return Err(Problem::NoFile);
        }
        let received = ReceivedFile::new(folder);
        received.write(&mut field, limit).await?;
        return Ok((name, received));
    }
    Err(Problem::NoFile)
}

/// Waits for a part of the form, for at most [`MAX_PAUSE`].
async fn with_timeout<T>(part: impl Future<Output = Result<T, MultipartError>>, limit: u64) -> Result<T, Problem> {
    let part = timeout(MAX_PAUSE, part).await.map_err(|_| Problem::NoFile)?;
    part.map_err(|error| if is_body_too_long(&error) { too_large(limit) } else { Problem::NoFile })
}

fn is_body_too_long(error: &MultipartError) -> bool {
    std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source())
        .any(<dyn std::error::Error>::is::<BodyTooLong>)
}

const fn too_large(limit: u64) -> Problem {
    Problem::File(Refusal::TooLarge(Excess::FileBytes { limit }))
}

/// The name of a file without the folders that some browsers send, shortened to the length of its column in the database.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A received file. It is deleted when the value is dropped.
struct ReceivedFile {
    path: PathBuf,
}

impl ReceivedFile {
    fn new(folder: &Path) -> Self {
        Self { path: folder.join(format!("{:032x}{UPLOAD_EXTENSION}", rand::random::<u128>())) }
    }

    async fn write(&self, field: &mut Field<'_>, limit: u64) -> Result<(), Problem> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await.map_err(io_problem)?;
        let mut received = 0;
        while let Some(chunk) = with_timeout(field.chunk(), limit).await? {
            received += chunk.len() as u64;
            // The rest must be received before the response. The limit of the body keeps it short.
            if received <= limit {
                file.write_all(&chunk).await.map_err(io_problem)?;
            }
        }
        if received > limit {
            return Err(too_large(limit));
        }
        file.flush().await.map_err(io_problem)
    }
}

impl Drop for ReceivedFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload could not be deleted");
        }
    }
}

fn io_problem(error: io::Error) -> Problem {
    service::Error::from(error).into_problem()
}

/// Creates the folder of uploads and deletes leftover files. Recent files stay, because another process may be using them.
pub(crate) fn delete_leftover_uploads(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let age = SystemTime::now().duration_since(entry.metadata()?.modified()?).unwrap_or_default();
        if entry.file_name().to_string_lossy().ends_with(UPLOAD_EXTENSION) && age > LEFTOVER_AGE {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{UPLOAD_EXTENSION, base_name, delete_leftover_uploads};
    use rstest::rstest;
    use std::{
        fs::File,
        time::{Duration, SystemTime},
    };

    #[rstest]
    #[case("units.xlsx", "units.xlsx")]
    #[case("C:\\Users\\me\\units.xls", "units.xls")]
    #[case("../../etc/passwd", "passwd")]
    #[case("a\nb.xls", "ab.xls")]
    #[case("", "")]
    fn the_name_of_a_file_has_no_folders_and_control_characters(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(base_name(name), expected);
    }

    #[test]
    fn only_old_uploads_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - Duration::from_hours(2);
        for (name, age) in [("old", Some(long_ago)), ("new", None)] {
            let file = File::create(folder.path().join(format!("{name}{UPLOAD_EXTENSION}"))).unwrap();
            if let Some(age) = age {
                file.set_modified(age).unwrap();
            }
        }
        File::create(folder.path().join("other")).unwrap().set_modified(long_ago).unwrap();
        delete_leftover_uploads(folder.path()).unwrap();
        let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new.upload", "other"]);
    }
}
