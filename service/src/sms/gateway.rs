//! What sends SMS.

use zeroize::Zeroizing;

/// An SMS to hand over.
pub struct Message {
    /// The same for every attempt at one SMS: a gateway that knows its keys sends none twice.
    pub key: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// To whom.
    pub mobile: String,
    /// What it says; may hold a password.
    pub text: Zeroizing<String>,
}

/// Why a gateway did not take an SMS, for the operator: never holds the text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GatewayError(pub String);

/// A way to send SMS.
#[async_trait::async_trait]
pub trait Gateway: Send + Sync {
    /// Hands one over; `Ok` means that the gateway answers for it from now on.
    async fn send(&self, message: &Message) -> Result<(), GatewayError>;
}
