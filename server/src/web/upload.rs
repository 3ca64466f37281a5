//! An upload: streamed to a file of its own, staged, and deleted whether it could be staged or not.

use super::{
    App,
    answer::{self, Asker},
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
use domain::{Problem, Refusal, Template, ids::BatchId};
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
const SILENCE: Duration = Duration::from_secs(30);
/// How long the rest of a refused request is still received.
const DRAIN: Duration = Duration::from_secs(10);
/// The largest overhead of the form around its file.
const FORM_BYTES: u64 = 64 * 1024;
/// The end of the names of received files.
const EXTENSION: &str = ".upload";
/// The age from which a received file counts as left over from a process that died.
const LEFT_OVER: Duration = Duration::from_hours(1);

/// 导入: takes a filled-in template.
pub(super) async fn import(
    template: Template,
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> Response {
    let asker = Asker::of(&request);
    match (take(&app, &visitor, template, request).await, asker.is_person) {
        (Ok(batch), false) => Json(json!({ "batch": batch })).into_response(),
        (Ok(batch), true) => Redirect::to(&Route::Batch(template, batch).to_string()).into_response(),
        (Err(problem @ (Problem::File(_) | Problem::NoFile | Problem::Busy)), true) => {
            sent_back(template, &problem, visitor.secure).unwrap_or_else(|| asker.refuse(&problem))
        }
        (Err(problem), _) => asker.refuse(&problem),
    }
}

/// Back to the upload page, which says why: for a browser without JavaScript. The reason quotes the file, so that it goes in
/// a cookie and not in the address, where anybody could write one; none where it is too long for that.
fn sent_back(template: Template, problem: &Problem, secure: bool) -> Option<Response> {
    let page = Route::Import(template);
    let cookie = app::form_echo::cookie_for(page, problem, secure)?;
    let mut response = Redirect::to(&format!("{page}?{}", parameter::REFUSED)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Some(response)
}

async fn take(app: &App, visitor: &Visitor, template: Template, request: Request) -> Result<BatchId, Problem> {
    let limit = app.config.import.max_bytes;
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let actor = match answer::actor(visitor) {
        Ok(_) if announced.is_some_and(|bytes| bytes > limit + FORM_BYTES) => Err(too_large(limit)),
        actor => actor,
    };
    let actor = match actor {
        Ok(actor) => actor,
        Err(problem) => {
            drain(request.into_body().into_data_stream()).await;
            return Err(problem);
        }
    };
    let request = request.map(|body| bounded(body, limit + FORM_BYTES));
    let form = Multipart::from_request(request, &()).await.map_err(|_| Problem::NoFile)?;
    let (name, file) = receive(form, &app.config.import.upload_dir, limit).await?;
    let staged = service::import::stage(&app.services, &actor, template, &name, &file.path).await;
    staged.map_err(service::Error::into_problem)
}

/// A body of so many bytes at most. What comes after is taken in and dropped before the error, as a browser that is
/// still sending would not read the answer.
fn bounded(body: Body, limit: u64) -> Body {
    Body::from_stream(try_unfold((body.into_data_stream(), 0), move |(mut chunks, mut received)| async move {
        let Some(chunk) = chunks.try_next().await? else { return Ok(None) };
        received += chunk.len() as u64;
        if received <= limit {
            return Ok(Some((chunk, (chunks, received))));
        }
        drain(chunks).await;
        Err(axum::Error::new(TooLong))
    }))
}

/// The body was longer than allowed.
#[derive(Debug, thiserror::Error)]
#[error("the body is too long")]
struct TooLong;

/// Receives and drops the rest of a body, for at most [`DRAIN`].
pub(super) async fn drain<E>(chunks: impl Stream<Item = Result<Bytes, E>>) {
    // What has not ended by then is cut off.
    let _ = timeout(DRAIN, chunks.for_each(|_| std::future::ready(()))).await;
}

/// Writes the form's `file` into a file of its own.
async fn receive(mut form: Multipart, folder: &Path, limit: u64) -> Result<(String, Received), Problem> {
    while let Some(mut field) = patiently(form.next_field(), limit).await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = base_name(field.file_name().unwrap_or_default());
        if name.is_empty() {
            return Err(Problem::NoFile);
        }
        let received = Received::new(folder);
        received.write(&mut field, limit).await?;
        return Ok((name, received));
    }
    Err(Problem::NoFile)
}

/// Waits for a part of the form, for at most [`SILENCE`].
async fn patiently<T>(part: impl Future<Output = Result<T, MultipartError>>, limit: u64) -> Result<T, Problem> {
    let part = timeout(SILENCE, part).await.map_err(|_| Problem::NoFile)?;
    part.map_err(|error| if is_too_long(&error) { too_large(limit) } else { Problem::NoFile })
}

fn is_too_long(error: &MultipartError) -> bool {
    std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source())
        .any(<dyn std::error::Error>::is::<TooLong>)
}

const fn too_large(limit: u64) -> Problem {
    Problem::File(Refusal::TooLarge { limit })
}

/// A file's name without the folders that some browsers send along, cut to what the database keeps.
fn base_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// A received file; deleted when dropped.
struct Received {
    path: PathBuf,
}

impl Received {
    fn new(folder: &Path) -> Self {
        Self { path: folder.join(format!("{:032x}{EXTENSION}", rand::random::<u128>())) }
    }

    async fn write(&self, field: &mut Field<'_>, limit: u64) -> Result<(), Problem> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await.map_err(failed)?;
        let mut received = 0;
        while let Some(chunk) = patiently(field.chunk(), limit).await? {
            received += chunk.len() as u64;
            // The rest, which the body's bound keeps short, is still taken in.
            if received <= limit {
                file.write_all(&chunk).await.map_err(failed)?;
            }
        }
        if received > limit {
            return Err(too_large(limit));
        }
        file.flush().await.map_err(failed)
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload could not be deleted");
        }
    }
}

fn failed(error: io::Error) -> Problem {
    service::Error::from(error).into_problem()
}

/// Makes the folder of uploads and clears what a process that died left there; another one may be at work in it.
pub(crate) fn clear(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let age = SystemTime::now().duration_since(entry.metadata()?.modified()?).unwrap_or_default();
        if entry.file_name().to_string_lossy().ends_with(EXTENSION) && age > LEFT_OVER {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{EXTENSION, base_name, clear};
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
    fn names(#[case] sent: &str, #[case] kept: &str) {
        assert_eq!(base_name(sent), kept);
    }

    #[test]
    fn only_what_was_left_over_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - Duration::from_hours(2);
        for (name, age) in [("old", Some(long_ago)), ("new", None)] {
            let file = File::create(folder.path().join(format!("{name}{EXTENSION}"))).unwrap();
            if let Some(age) = age {
                file.set_modified(age).unwrap();
            }
        }
        File::create(folder.path().join("other")).unwrap().set_modified(long_ago).unwrap();
        clear(folder.path()).unwrap();
        let mut left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new.upload", "other"]);
    }
}
