//! 预留份额: the own plan, the review by superiors, and the parameters.

pub(crate) mod api;
mod figures;
mod form;
mod own_page;
mod parameters_page;
mod parts;
mod remind_page;
mod review_page;
mod unit_page;
mod versions;

pub(crate) use own_page::PlanPage;
pub(crate) use parameters_page::PlanParametersPage;
pub(crate) use parts::countdown;
pub(crate) use remind_page::RemindPlansPage;
pub(crate) use review_page::ReviewPlansPage;
pub(crate) use unit_page::UnitPlanPage;
