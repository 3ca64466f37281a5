//! The interface to a gateway that sends SMS.

use zeroize::Zeroizing;

/// An SMS for the gateway.
pub struct Message {
    /// The idempotency key: it is the same for every attempt at one SMS, so that the gateway can recognize a repeated one.
    pub key: String,
    /// The mobile number of the recipient.
    pub mobile: String,
    /// The text. It may contain a password.
    pub text: Zeroizing<String>,
}

/// The reason why a gateway did not accept an SMS, for the operator. It must not contain the text.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GatewayError(pub String);

/// A gateway that sends SMS.
#[async_trait::async_trait]
pub trait Gateway: Send + Sync {
    /// Passes an SMS to the gateway. `Ok` means that the gateway has accepted it and will deliver it.
    async fn send(&self, message: &Message) -> Result<(), GatewayError>;
}
