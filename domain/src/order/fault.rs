//! Why a record of an order is refused.

use serde::{Deserialize, Serialize};

/// What is wrong in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFault {
    /// What it is.
    pub code: OrderFaultCode,
    /// The number of the line or the refund, from 1.
    pub position: Option<usize>,
}

macro_rules! fault_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),* $(,)?) => {
        /// The kinds of faults. The codes are a public contract: they may be added to, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum OrderFaultCode {
            $($(#[$doc])* $name,)*
        }

        impl OrderFaultCode {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, kebab-case.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

fault_codes! {
    /// The number is empty, longer than 40 characters or has white space.
    NumberInvalid = "number-invalid",
    /// The revision is 0 or too large.
    RevisionInvalid = "revision-invalid",
    /// The purchaser is missing, or the text cannot be a login name or an id.
    PurchaserInvalid = "purchaser-invalid",
    /// The supplier's name is missing.
    SupplierMissing = "supplier-missing",
    /// A text has too many characters.
    TextTooLong = "text-too-long",
    /// The payer is none of the known kinds.
    PayerUnknown = "payer-unknown",
    /// The order has no lines.
    LinesMissing = "lines-missing",
    /// The order has too many lines or refunds.
    TooManyLines = "too-many-lines",
    /// The product's name is missing.
    ProductMissing = "product-missing",
    /// The quantity is no decimal number above 0 with at most 3 places.
    QuantityInvalid = "quantity-invalid",
    /// An amount or a price is negative or too large.
    AmountInvalid = "amount-invalid",
    /// The amount of a line is more than quantity × unit price. Less is a discount.
    AmountAbovePrice = "amount-above-price",
    /// Something happened before the order was made, or an evaluation before the acceptance.
    TimesOutOfOrder = "times-out-of-order",
    /// A time is in the future or before the programme began.
    TimeOutOfRange = "time-out-of-range",
    /// A refund has the amount 0 or names a line that the order does not have.
    RefundInvalid = "refund-invalid",
    /// More is refunded than was ordered, in all or of one line.
    RefundExceedsAmount = "refund-exceeds-amount",
    /// A text has control characters.
    TextInvalid = "text-invalid",
    /// The record cannot be read: it is no JSON object, or a field is missing, unknown or of another type.
    RecordUnreadable = "record-unreadable",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_json() {
        for code in OrderFaultCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        }
    }
}
