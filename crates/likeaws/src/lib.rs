//! AWS as its documents describe it, in front of an emulator that does otherwise.
//!
//! A [`Proxy`] listens on a free port of 127.0.0.1 and forwards what it is sent. Its [`Rule`]s are data: where
//! AWS answers in another form than the emulator, a rule rewrites the answer; where AWS refuses what the emulator
//! takes, a rule refuses it; and a rule can hold a request back for a while. Each names the document of AWS
//! that it follows. [`rules::all`] lists them; a test takes all, or those that it is about.
//!
//! | module | holds |
//! |---|---|
//! | [`rules`] | the rules, by service |
//! | [`rule`] | what a rule is |
//! | [`call`] | a request, recognised: service, operation, parameters |
//! | [`said`] | what a request says, field by field, whatever the protocol |
//! | [`question`] | what a rule asks of the emulator before it judges |
//! | [`refusal`] | a refusal in the form of each protocol |
//! | [`proxy`] | the proxy |
//! | [`recording`] | a proxy that changes nothing and records what passes |
//! | [`server`], [`http`] | the two halves of a proxy, for others that stand in front of an emulator |

#![forbid(unsafe_code)]

pub mod call;
pub mod http;
pub mod proxy;
pub mod question;
pub mod recording;
pub mod refusal;
pub mod rule;
pub mod rules;
pub mod said;
pub mod server;

pub use proxy::Proxy;
pub use rule::Rule;

/// What keeps a proxy from going on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A port that can't be had, or a thread that can't be started.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// An emulator gave no answer, or none that can be read.
    #[error("{url}: {reason}")]
    NoAnswer {
        /// Who was asked what.
        url: String,
        /// What came instead of an answer.
        reason: String,
    },
}

impl Error {
    /// Says what was tried when `source` happened.
    pub fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
