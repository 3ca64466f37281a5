//! 个人中心, and 完善单位资料 at the first sign-in.

pub(crate) mod api;
mod page;

pub(crate) use page::{CompleteProfilePage, ProfilePage};
