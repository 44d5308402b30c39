//! What a listener does with a request.

use std::collections::BTreeMap;

use ironward_core::output::{IntoInput, Output, ToValue};
use ironward_core::value::Value;
use ironward_macros::{Choice, Properties};

use super::TargetGroupArn;

/// What a listener does with a request. A redirection always leads to HTTPS.
/// Source: ELBv2 API Reference, `Action`.
#[derive(Debug, Clone)]
pub struct Action(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Forward {
        groups: Vec<(Output<TargetGroupArn>, i64)>,
        stickiness: Option<Stickiness>,
    },
    Fixed(FixedResponse),
    Redirect {
        status: RedirectStatus,
        port: i64,
        host: Option<String>,
        path: Option<String>,
        query: Option<String>,
    },
}

impl Action {
    /// Forwards to a target group.
    #[must_use]
    pub fn forward(group: impl IntoInput<TargetGroupArn>) -> Self {
        Self(Kind::Forward { groups: vec![(group.into_input(), 1)], stickiness: None })
    }

    /// Forwards to up to five target groups by weight, 0 to 999 each.
    #[must_use]
    pub fn forward_weighted(groups: impl IntoIterator<Item = (impl IntoInput<TargetGroupArn>, i64)>) -> Self {
        let groups = groups.into_iter().map(|(group, weight)| (group.into_input(), weight)).collect();
        Self(Kind::Forward { groups, stickiness: None })
    }

    /// Keeps a client with its target group; nothing changes for other actions.
    #[must_use]
    pub fn sticky(mut self, how: Stickiness) -> Self {
        if let Kind::Forward { stickiness, .. } = &mut self.0 {
            *stickiness = Some(how);
        }
        self
    }

    /// Answers by itself.
    #[must_use]
    pub fn respond(response: FixedResponse) -> Self {
        Self(Kind::Fixed(response))
    }

    /// Sends the client to a port that speaks HTTPS, on the same host.
    #[must_use]
    pub fn redirect_to_https(port: i64, status: RedirectStatus) -> Self {
        Self(Kind::Redirect { status, port, host: None, path: None, query: None })
    }

    /// Sends the client to another host and path that speak HTTPS; `#{host}` and `#{path}` stand
    /// for those of the request.
    #[must_use]
    pub fn redirect_elsewhere(host: &str, path: &str, status: RedirectStatus) -> Self {
        Self(Kind::Redirect {
            status,
            port: 443,
            host: Some(host.to_owned()),
            path: Some(path.to_owned()),
            query: None,
        })
    }

    /// Redirects with another query, without its question mark; `#{query}` stands for that of the
    /// request, which stays unless this is said. Nothing changes for other actions.
    #[must_use]
    pub fn query(mut self, text: &str) -> Self {
        if let Kind::Redirect { query, .. } = &mut self.0 {
            *query = Some(text.to_owned());
        }
        self
    }
}

impl ToValue for Action {
    fn to_value(&self) -> Value {
        let map = |members: Vec<(&str, Value)>| {
            Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        };
        match &self.0 {
            Kind::Forward { groups, stickiness } => {
                let tuple = |(group, weight): &(Output<TargetGroupArn>, i64)| {
                    map(vec![("TargetGroupArn", group.to_value()), ("Weight", weight.to_value())])
                };
                let mut config = vec![("TargetGroups", Value::List(groups.iter().map(tuple).collect()))];
                if let Some(stickiness) = stickiness {
                    config.push(("TargetGroupStickinessConfig", stickiness.to_value()));
                }
                map(vec![("Type", "forward".to_value()), ("ForwardConfig", map(config))])
            }
            Kind::Fixed(response) => {
                map(vec![("Type", "fixed-response".to_value()), ("FixedResponseConfig", response.to_value())])
            }
            Kind::Redirect { status, port, host, path, query } => {
                let mut config = BTreeMap::from([
                    ("Protocol".to_owned(), "HTTPS".to_value()),
                    ("Port".to_owned(), port.to_string().to_value()),
                    ("StatusCode".to_owned(), status.to_value()),
                ]);
                if let Some(host) = host {
                    config.insert("Host".to_owned(), host.to_value());
                }
                if let Some(query) = query {
                    config.insert("Query".to_owned(), query.to_value());
                }
                if let Some(path) = path {
                    config.insert("Path".to_owned(), path.to_value());
                }
                map(vec![("Type", "redirect".to_value()), ("RedirectConfig", Value::Map(config))])
            }
        }
    }
}

/// For how long a client is kept with a target group.
#[derive(Debug, Clone, Properties)]
pub struct Stickiness {
    /// Whether it is.
    enabled: Output<bool>,
    /// For how many seconds, 1 to 604800.
    duration_seconds: Output<i64>,
}

/// An answer that the load balancer gives by itself.
#[derive(Debug, Clone, Properties)]
pub struct FixedResponse {
    /// The status code, `2xx`, `4xx` or `5xx`.
    status_code: Output<String>,
    /// The media type: `text/plain`, `text/css`, `text/html`, `application/javascript` or
    /// `application/json`.
    content_type: Option<Output<String>>,
    /// The body, up to 1024 characters.
    message_body: Option<Output<String>>,
}

/// How a redirection answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RedirectStatus {
    /// Moved for good.
    #[value("HTTP_301")]
    Permanent,
    /// Found elsewhere for now.
    #[value("HTTP_302")]
    Temporary,
}
