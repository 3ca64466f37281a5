//! Findings at the inputs of a yearly plan and of its parameters. Their codes are kebab-case and part of the public
//! contract. The texts for users are in the crate `texts`.

use crate::{finding::Severity, money::Money, plan_parameters::ShownValue};
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $severity:ident;)*) => {
        /// The code of a finding. Its serialized form (kebab-case) is public.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum PlanCode {
            $($(#[$doc])* $name),*
        }

        impl PlanCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The severity of the code. An error prevents the submission.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity),*
                }
            }

            /// The public code, as in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word),*
                }
            }
        }
    };
}

codes! {
    /// A required input is empty.
    Required = "required", Error;
    /// More characters than the input allows.
    TooLong = "too-long", Error;
    /// Control characters or line breaks.
    BadCharacters = "bad-characters", Error;
    /// A word that is not among the choices.
    NotInList = "not-in-list", Error;
    /// Not a number, or a number with too many decimal places.
    NumberFormat = "number-format", Error;
    /// A number that is negative or too large.
    NumberRange = "number-range", Error;
    /// Not a date.
    DateFormat = "date-format", Error;
    /// A date outside of the plan's year.
    DateOutsideYear = "date-outside-year", Error;
    /// A ratio above 100 %.
    RatioAboveAll = "ratio-above-all", Error;
    /// A ratio below the minimum that applies, without an approval number (批准文号).
    RatioBelowMinimum = "ratio-below-minimum", Error;
    /// A ratio below the minimum that applies, with an approval number.
    RatioBelowMinimumApproved = "ratio-below-minimum-approved", Warning;
    /// A ratio below the encouraged one.
    RatioBelowEncouraged = "ratio-below-encouraged", Info;
    /// A share below last year's, with a reason.
    BelowLastYear = "below-last-year", Warning;
    /// A share below last year's, which needs a reason.
    FallReasonMissing = "fall-reason-missing", Error;
    /// A share below last year's, which is not allowed.
    BelowLastYearRefused = "below-last-year-refused", Error;
    /// An amount of at least a hundred times last year's: perhaps 元 was typed for 万元. The user must confirm it.
    HundredTimes = "hundred-times", Error;
    /// A union share below the ratio of the union's funds.
    UnionBelowRatio = "union-below-ratio", Error;
    /// A union share below the amount for each member.
    UnionBelowPerMember = "union-below-per-member", Error;
    /// A union share below the minimum of units without a canteen.
    UnionBelowMinimum = "union-below-minimum", Error;
    /// The contract with the firm ends before the plan's year.
    ContractEnded = "contract-ended", Error;
    /// The firm is no purchaser of the unit.
    FirmUnknown = "firm-unknown", Error;
    /// No unit below the same superior has the name of the representative.
    RepresentativeUnknown = "representative-unknown", Error;
    /// Several units below the same superior have the name.
    RepresentativeAmbiguous = "representative-ambiguous", Error;
    /// A unit cannot represent itself.
    RepresentativeSelf = "representative-self", Error;
    /// The representative is itself represented by another unit.
    RepresentativeChain = "representative-chain", Error;
    /// Other units name this one as their representative, so that it must file the shared canteen itself.
    RepresentsOthers = "represents-others", Error;
    /// The deadline has passed: the plan is marked 逾期.
    Late = "late", Warning;
    /// The filing window has not opened yet.
    Early = "early", Info;
    /// A parameter that is looser than the one above.
    LooserThanAbove = "looser-than-above", Error;
    /// The filing window ends before it begins.
    WindowReversed = "window-reversed", Error;
}

/// The data that the message of a finding needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanDetail {
    /// No data.
    #[default]
    None,
    /// The rule that applies, and the unit that has set it. `None`: the whole country.
    Above {
        /// The value.
        value: ShownValue,
        /// Name of the unit.
        set_by: Option<String>,
    },
    /// The lowest amount, or last year's.
    Amount(Money),
}

/// A finding at an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFinding {
    /// The name of the input.
    pub field: String,
    /// The code.
    pub code: PlanCode,
    /// The data for the message.
    #[serde(default)]
    pub detail: PlanDetail,
}

impl PlanFinding {
    /// A finding without detail.
    pub fn new(field: &str, code: PlanCode) -> Self {
        Self { field: field.to_owned(), code, detail: PlanDetail::None }
    }

    /// The same finding with a detail.
    #[must_use]
    pub fn with(mut self, detail: PlanDetail) -> Self {
        self.detail = detail;
        self
    }

    /// Whether it prevents the submission.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::PlanCode;

    #[test]
    fn codes_are_serialized_as_their_public_words() {
        for code in PlanCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
