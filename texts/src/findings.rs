//! What a finding, a refusal and a problem say to a person.

use crate::Lang;
use domain::{Code, Finding, Problem, Refusal, Template};

impl Lang {
    /// The kind of finding in a few words, for summaries: 统一信用代码校验不符.
    pub fn finding_title(self, code: Code) -> &'static str {
        code.as_str()
    }

    /// The whole message at the cell: what is wrong, then what to do. Does not repeat the cell's name.
    pub fn finding(self, template: Template, finding: &Finding) -> String {
        let _ = (template, finding);
        String::new()
    }

    /// Why the file is refused and what to do.
    pub fn refusal(self, refusal: &Refusal) -> String {
        let _ = refusal;
        String::new()
    }

    /// Why it was not done and what to do.
    pub fn problem(self, problem: &Problem) -> String {
        let _ = problem;
        String::new()
    }
}
