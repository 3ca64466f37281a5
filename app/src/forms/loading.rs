//! Loads the subject of a page.

use crate::error::ApiError;
use domain::Problem;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// The id in the path; `None` where it is invalid.
pub(crate) fn id_in_path<I>() -> Memo<Option<I>>
where
    I: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.read().get_str("id").and_then(|id| id.parse().ok()))
}

/// Loads the subject of a page by its key. Without a key there is no such subject.
pub(crate) fn load_one<K, T, F>(
    key: impl Fn() -> Option<K> + Send + Sync + 'static,
    load: impl Fn(K) -> F + Send + Sync + 'static,
) -> Resource<Result<T, ApiError>>
where
    K: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    Resource::new(key, move |key| {
        let subject = key.map(&load);
        async move {
            match subject {
                Some(subject) => subject.await,
                None => Err(ApiError::from(Problem::NotFound)),
            }
        }
    })
}
