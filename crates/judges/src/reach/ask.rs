//! The requests that a row stands for, and what becomes of them.

use ironward_aws::needs::{Carries, Who};

use crate::estate::{Estate, Resource};
use crate::policy::{Carried, Context, Document, Policies, Principal, Request, Verdict};
use crate::relation::fill;

use super::{Asked, Held, Policy, Question, Through};

/// An account that isn't this one.
const STRANGER: &str = "999999999999";

/// The requests that a question stands for about a resource; none where it leads nowhere.
pub(super) fn requests(estate: &Estate, subject: &Resource, question: &Question) -> Vec<Request> {
    let Some(carried) = carried(estate, subject, question) else { return Vec::new() };
    let mut requests = Vec::new();
    for principal in principals(estate, subject, question.who) {
        for resource in fill(estate, subject, question.on) {
            for action in question.actions {
                let mut request = Request::new(principal.clone(), action, &resource);
                request.context = carried.clone();
                usual(estate, &mut request);
                requests.push(request);
            }
        }
    }
    requests
}

fn principals(estate: &Estate, subject: &Resource, who: Who) -> Vec<Principal> {
    let place = estate.place();
    let somebody = |account: &str| {
        vec![Principal::Identity(format!("arn:{}:iam::{account}:role/administrator", place.partition))]
    };
    match who {
        Who::Service(name) => fill(estate, subject, name).into_iter().map(Principal::Service).collect(),
        Who::Role(arn) => fill(estate, subject, arn).into_iter().map(Principal::Identity).collect(),
        Who::Administrator => somebody(&place.account),
        Who::Stranger => somebody(STRANGER),
        Who::Anonymous | Who::Passing => vec![Principal::Anonymous],
        _ => Vec::new(),
    }
}

/// What the row says that the call carries; nothing where a template leads nowhere, since the row doesn't
/// apply then.
fn carried(estate: &Estate, subject: &Resource, question: &Question) -> Option<Context> {
    let mut context = Context::default();
    for (key, carries) in question.carries {
        match carries {
            Carries::Maybe => context.set(key, Carried::Maybe),
            Carries::Text(template) => {
                context.set(key, Carried::Values(vec![fill(estate, subject, template).into_iter().next()?]));
            }
        }
    }
    Some(context)
}

/// What every call carries, besides what the row says.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
fn usual(estate: &Estate, request: &mut Request) {
    let place = estate.place();
    let context = &mut request.context;
    context.set_default("aws:SecureTransport", "true");
    context.set_default("aws:RequestedRegion", place.region.as_str());
    context.set_default("aws:ResourceAccount", place.account.as_str());
    context.set_default("s3:TlsVersion", "1.3");
    for unknown in ["aws:CurrentTime", "aws:EpochTime", "aws:SourceIp", "aws:UserAgent", "aws:userid"] {
        context.set_default(unknown, Carried::Maybe);
    }
    match &request.principal {
        Principal::Service(name) => {
            context.set_default("aws:PrincipalIsAWSService", "true");
            context.set_default("aws:PrincipalServiceName", name.as_str());
        }
        Principal::Identity(arn) => {
            let account = arn.split(':').nth(4).unwrap_or_default();
            context.set_default("aws:PrincipalIsAWSService", "false");
            context.set_default("aws:PrincipalArn", arn.as_str());
            context.set_default("aws:PrincipalAccount", account);
            context.set_default("aws:PrincipalType", "AssumedRole");
            // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
            context.set_default("kms:CallerAccount", account);
            context.set_default("aws:PrincipalOrgID", Carried::Maybe);
            context.set_default("aws:MultiFactorAuthPresent", Carried::Maybe);
        }
        Principal::Anonymous => {}
    }
}

/// What becomes of a request under the policies of an estate.
pub(super) fn verdict(estate: &Estate, held: &Held, asked: &Asked<'_>) -> Verdict {
    let Asked { question, request, .. } = asked;
    // Of these nothing but the way is ours.
    if question.who == Who::Passing {
        let mut request = request.clone();
        request.context.set_default("aws:PrincipalAccount", Carried::Maybe);
        return on_the_way(held, asked, |endpoint| {
            Policies { endpoint, ..Policies::default() }.passes(&request)
        });
    }
    let (identity, boundary): (Vec<&Document>, _) = match (&request.principal, question.who) {
        (_, Who::Administrator | Who::Stranger) => (held.everything().collect(), None),
        (Principal::Identity(role), _) => {
            let own = held.of_identity(role).map(|policy| &policy.document).collect();
            (own, held.boundary_of(role).map(|policy| &policy.document))
        }
        _ => (Vec::new(), None),
    };
    let policies = Policies {
        identity,
        boundary,
        resource: held.of_resource(&request.resource).map(|policy| &policy.document),
        endpoint: None,
        resource_decides: request.action.starts_with("kms:") || request.action.starts_with("sts:"),
        account: &estate.place().account,
    };
    on_the_way(held, asked, |endpoint| Policies { endpoint, ..policies.clone() }.judge(request))
}

/// Judges with the policy of each endpoint on the way; the worst verdict counts.
fn on_the_way(held: &Held, asked: &Asked<'_>, judge: impl Fn(Option<&Document>) -> Verdict) -> Verdict {
    let mut endpoints: Vec<Option<&Policy>> = match asked.question.through {
        Through::None => Vec::new(),
        Through::Service(service) => held.endpoints_to(service).collect(),
        Through::Itself => vec![held.endpoint_at(&asked.subject.path)],
    };
    if endpoints.is_empty() {
        endpoints.push(None);
    }
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Denied(_) => 2,
        Verdict::Unknown(_) => 1,
        Verdict::Allowed => 0,
    };
    let verdicts = endpoints.into_iter().map(|policy| judge(policy.map(|policy| &policy.document)));
    verdicts.max_by_key(rank).unwrap_or(Verdict::Allowed)
}
