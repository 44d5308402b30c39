//! What a listener does with requests.

use ironward_core::document::Node;

use super::{Misfit, Properties, is_port};
use crate::facts::{as_number, as_text, is_something, items, member};

/// The action that says where a request goes, and the member that says how.
const LAST: [(&str, &str); 3] =
    [("forward", "ForwardConfig"), ("redirect", "RedirectConfig"), ("fixed-response", "FixedResponseConfig")];
/// The actions that look at a request first.
const FIRST: [(&str, &str); 3] = [
    ("authenticate-cognito", "AuthenticateCognitoConfig"),
    ("authenticate-oidc", "AuthenticateOidcConfig"),
    ("jwt-validation", "JwtValidationConfig"),
];

fn kind(action: &Node) -> Option<&str> {
    as_text(member(action, "Type")?)
}

fn misfit(message: String) -> Misfit {
    Some(("DefaultActions", message))
}

/// Each action says how, exactly one says where a request goes, and it is the last.
pub(super) fn order(properties: &Properties) -> Misfit {
    let Node::List(actions) = properties.get("DefaultActions")? else { return None };
    for (index, action) in actions.iter().enumerate() {
        let kind = kind(action)?;
        let (_, how) = LAST.iter().chain(&FIRST).find(|(name, _)| *name == kind)?;
        // One group may be named outside of the object, too.
        let said = [how, "TargetGroupArn"].iter().any(|name| member(action, name).is_some_and(is_something));
        if !said {
            return misfit(format!("`DefaultActions[{index}]` is {kind}, and has no `{how}`: say it"));
        }
    }
    let goes: Vec<&Node> = actions.iter().filter(|action| is_last(action)).collect();
    let [last] = goes.as_slice() else {
        return misfit(format!(
            "`DefaultActions` has {} of forward, redirect and fixed-response, and a listener has exactly one of them",
            goes.len()
        ));
    };
    if actions.len() == 1 {
        return None;
    }
    let place = |action: &Node| member(action, "Order").map(as_number);
    if let Some(index) = actions.iter().position(|action| place(action).is_none()) {
        return misfit(format!(
            "`DefaultActions[{index}].Order` isn't declared, and several actions need it"
        ));
    }
    let at = place(last)??;
    let later =
        actions.iter().filter(|action| !is_last(action)).any(|action| place(action).flatten() >= Some(at));
    let message = || {
        format!("`DefaultActions` has an action after {}, which is the last", kind(last).unwrap_or_default())
    };
    if later { misfit(message()) } else { None }
}

fn is_last(action: &Node) -> bool {
    kind(action).is_some_and(|kind| LAST.iter().any(|(name, _)| *name == kind))
}

/// Who is to come back to the same group comes back for a time.
pub(super) fn stickiness(properties: &Properties) -> Misfit {
    let actions = items(properties.get("DefaultActions")?);
    actions.iter().enumerate().find_map(|(index, action)| {
        let place = format!("DefaultActions[{index}].ForwardConfig.TargetGroupStickinessConfig");
        let sticky = member(member(action, "ForwardConfig")?, "TargetGroupStickinessConfig")?;
        let enabled = member(sticky, "Enabled") == Some(&Node::Bool(true));
        let forever = !member(sticky, "DurationSeconds").is_some_and(is_something);
        let message = format!("`{place}` is enabled, and has no `DurationSeconds`: say for how long");
        (enabled && forever).then_some(("DefaultActions", message))
    })
}

/// A redirection leads somewhere else.
pub(super) fn redirect(properties: &Properties) -> Misfit {
    let actions = items(properties.get("DefaultActions")?);
    actions.iter().enumerate().find_map(|(index, action)| {
        let place = format!("DefaultActions[{index}].RedirectConfig");
        let config = member(action, "RedirectConfig")?;
        let kept = |(name, keyword): &(&str, &str)| match member(config, name) {
            None | Some(Node::Null) => true,
            Some(value) => as_text(value) == Some(keyword),
        };
        let parts =
            [("Protocol", "#{protocol}"), ("Host", "#{host}"), ("Port", "#{port}"), ("Path", "/#{path}")];
        if parts.iter().all(kept) {
            return misfit(format!(
                "`{place}` leads back to the same address: change the protocol, the host, the port or the path"
            ));
        }
        let port = as_text(member(config, "Port")?)?;
        let message = format!("`{place}.Port` is `{port}`; 1 to 65535 or `#{{port}}` is allowed");
        (!is_port(port) && port != "#{port}").then_some(("DefaultActions", message))
    })
}
