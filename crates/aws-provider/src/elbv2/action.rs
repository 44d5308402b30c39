//! What a listener does, between declarations and the SDK.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateCognitoActionConfig, FixedResponseActionConfig, ForwardActionConfig,
    JwtValidationActionAdditionalClaim, JwtValidationActionConfig, RedirectActionConfig,
    TargetGroupStickinessConfig, TargetGroupTuple,
};
use ironward_core::document::Document;
use ironward_core::error::ProviderError;

pub(super) fn sdk_action(action: &Document) -> Result<Action, ProviderError> {
    let forward = action.opt::<Document>("ForwardConfig")?.map(|config| sdk_forward(&config)).transpose()?;
    let fixed = action
        .opt::<Document>("FixedResponseConfig")?
        .map(|config| -> Result<_, ProviderError> {
            Ok(FixedResponseActionConfig::builder()
                .set_status_code(config.opt("StatusCode")?)
                .set_content_type(config.opt("ContentType")?)
                .set_message_body(config.opt("MessageBody")?)
                .build())
        })
        .transpose()?;
    let redirect = action
        .opt::<Document>("RedirectConfig")?
        .map(|config| -> Result<_, ProviderError> {
            Ok(RedirectActionConfig::builder()
                .set_protocol(config.opt("Protocol")?)
                .set_port(config.opt("Port")?)
                .set_host(config.opt("Host")?)
                .set_path(config.opt("Path")?)
                .set_query(config.opt("Query")?)
                .set_status_code(config.parsed("StatusCode")?)
                .build())
        })
        .transpose()?;
    // A single group goes in both forms: older readers of the API know the short one only.
    let single = forward.as_ref().and_then(|config| match config.target_groups() {
        [group] if config.target_group_stickiness_config().is_none() => group.target_group_arn.clone(),
        _ => None,
    });
    Ok(Action::builder()
        .set_type(action.parsed::<ActionTypeEnum>("Type")?)
        .set_target_group_arn(single)
        .set_forward_config(forward)
        .set_fixed_response_config(fixed)
        .set_redirect_config(redirect)
        .set_jwt_validation_config(action.opt("JwtValidationConfig")?.as_ref().map(sdk_jwt).transpose()?)
        .set_authenticate_cognito_config(
            action.opt("AuthenticateCognitoConfig")?.as_ref().map(sdk_cognito).transpose()?,
        )
        .set_order(action.opt("Order")?)
        .build())
}

fn sdk_forward(config: &Document) -> Result<ForwardActionConfig, ProviderError> {
    let mut groups = Vec::new();
    for group in config.list::<Document>("TargetGroups")? {
        groups.push(
            TargetGroupTuple::builder()
                .set_target_group_arn(group.opt("TargetGroupArn")?)
                .set_weight(group.opt("Weight")?)
                .build(),
        );
    }
    let stickiness = config
        .opt::<Document>("TargetGroupStickinessConfig")?
        .map(|stickiness| -> Result<_, ProviderError> {
            Ok(TargetGroupStickinessConfig::builder()
                .set_enabled(stickiness.opt("Enabled")?)
                .set_duration_seconds(stickiness.opt("DurationSeconds")?)
                .build())
        })
        .transpose()?;
    Ok(ForwardActionConfig::builder()
        .set_target_groups(Some(groups))
        .set_target_group_stickiness_config(stickiness)
        .build())
}

/// An action as it is declared: a forward always with its groups and their weights.
fn declared_action(action: &Action) -> Document {
    let tuple = |arn: &str, weight: Option<i32>| {
        Document::new().with("TargetGroupArn", arn).with("Weight", weight.unwrap_or(1))
    };
    let mut groups: Vec<Document> = action
        .forward_config()
        .map(ForwardActionConfig::target_groups)
        .unwrap_or_default()
        .iter()
        .filter_map(|group| Some(tuple(group.target_group_arn()?, group.weight())))
        .collect();
    if groups.is_empty() {
        groups.extend(action.target_group_arn().map(|arn| tuple(arn, None)));
    }
    let stickiness = action.forward_config().and_then(|config| config.target_group_stickiness_config());
    let stickiness = stickiness.map(|stickiness| {
        Document::new()
            .with("Enabled", stickiness.enabled().unwrap_or(false))
            .with("DurationSeconds", stickiness.duration_seconds())
    });
    let forward = (!groups.is_empty()).then(|| {
        Document::new().with("TargetGroups", groups).with("TargetGroupStickinessConfig", stickiness)
    });
    let fixed = action.fixed_response_config().map(|config| {
        Document::new()
            .with("StatusCode", config.status_code())
            .with("ContentType", config.content_type())
            .with("MessageBody", config.message_body())
    });
    let redirect = action.redirect_config().map(|config| {
        Document::new()
            .with("Protocol", config.protocol())
            .with("Port", config.port())
            .with("Host", config.host())
            .with("Path", config.path())
            .with("Query", config.query())
            .with("StatusCode", config.status_code().map(|status| status.as_str()))
    });
    Document::new()
        .with("Type", action.r#type().map(|kind| kind.as_str()))
        .with("ForwardConfig", forward)
        .with("FixedResponseConfig", fixed)
        .with("RedirectConfig", redirect)
        .with("JwtValidationConfig", action.jwt_validation_config().map(declared_jwt))
        .with("AuthenticateCognitoConfig", action.authenticate_cognito_config().map(declared_cognito))
}

/// The actions as they are declared: with their order where it is said, or where there are several.
pub(super) fn declared_actions(actions: &[Action]) -> Vec<Document> {
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort_by_key(|action| action.order());
    let several = actions.len() > 1;
    let number = |(index, action): (usize, &&Action)| {
        let order = i32::try_from(index + 1).ok().filter(|_| several);
        declared_action(action).with("Order", action.order().or(order))
    };
    actions.iter().enumerate().map(number).collect()
}

fn sdk_jwt(config: &Document) -> Result<JwtValidationActionConfig, ProviderError> {
    let mut claims = Vec::new();
    for claim in config.list::<Document>("AdditionalClaims")? {
        claims.push(
            JwtValidationActionAdditionalClaim::builder()
                .set_name(claim.opt("Name")?)
                .set_format(claim.parsed("Format")?)
                .set_values(claim.opt("Values")?)
                .build(),
        );
    }
    Ok(JwtValidationActionConfig::builder()
        .set_issuer(config.opt("Issuer")?)
        .set_jwks_endpoint(config.opt("JwksEndpoint")?)
        .set_additional_claims((!claims.is_empty()).then_some(claims))
        .build())
}

fn declared_jwt(config: &JwtValidationActionConfig) -> Document {
    let claim = |claim: &JwtValidationActionAdditionalClaim| {
        Document::new()
            .with("Name", claim.name())
            .with("Format", claim.format().map(|format| format.as_str()))
            .with("Values", claim.values())
    };
    Document::new()
        .with("Issuer", config.issuer())
        .with("JwksEndpoint", config.jwks_endpoint())
        .with("AdditionalClaims", config.additional_claims().iter().map(claim).collect::<Vec<_>>())
}

fn sdk_cognito(config: &Document) -> Result<AuthenticateCognitoActionConfig, ProviderError> {
    let parameters: Option<BTreeMap<String, String>> = config.opt("AuthenticationRequestExtraParams")?;
    Ok(AuthenticateCognitoActionConfig::builder()
        .set_user_pool_arn(config.opt("UserPoolArn")?)
        .set_user_pool_client_id(config.opt("UserPoolClientId")?)
        .set_user_pool_domain(config.opt("UserPoolDomain")?)
        .set_authentication_request_extra_params(parameters.map(HashMap::from_iter))
        .set_scope(config.opt("Scope")?)
        .set_session_cookie_name(config.opt("SessionCookieName")?)
        .set_session_timeout(config.opt("SessionTimeout")?)
        .set_on_unauthenticated_request(config.parsed("OnUnauthenticatedRequest")?)
        .build())
}

fn declared_cognito(config: &AuthenticateCognitoActionConfig) -> Document {
    let parameters: Option<BTreeMap<String, String>> = config
        .authentication_request_extra_params()
        .map(|parameters| parameters.iter().map(|(name, value)| (name.clone(), value.clone())).collect());
    Document::new()
        .with("UserPoolArn", config.user_pool_arn())
        .with("UserPoolClientId", config.user_pool_client_id())
        .with("UserPoolDomain", config.user_pool_domain())
        .with("AuthenticationRequestExtraParams", parameters)
        .with("Scope", config.scope())
        .with("SessionCookieName", config.session_cookie_name())
        .with("SessionTimeout", config.session_timeout())
        .with("OnUnauthenticatedRequest", config.on_unauthenticated_request().map(|what| what.as_str()))
}
