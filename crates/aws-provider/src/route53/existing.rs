//! The lookup of hosted zones.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_route53::types::HostedZone;
use ironward_aws::route53::ExistingHostedZone;
use ironward_core::declare::Lookup;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::api::{Route53, plain_name, zone_id};
use crate::lookups::Resolver;

pub(super) struct ExistingResolver(pub(super) Arc<Route53>);

fn found(zone: &HostedZone) -> Document {
    Document::new().with("HostedZoneId", zone_id(zone.id())).with("Name", plain_name(zone.name()))
}

#[async_trait]
impl Resolver for ExistingResolver {
    fn name(&self) -> &'static str {
        ExistingHostedZone::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        if let Some(id) = query.opt::<String>("HostedZoneId")? {
            let zone = self.0.zone(zone_id(&id)).await?;
            let missing = || {
                let message = format!("there is no hosted zone {id}");
                ProviderError::new(ProviderErrorKind::NotFound, "route53:GetHostedZone", message)
            };
            return zone.as_ref().map(found).ok_or_else(missing);
        }
        let (name, private): (String, bool) = (query.get("Name")?, query.get("Private")?);
        let kind = if private { "private" } else { "public" };
        let mut zones = self.0.zones_of(&name).await?;
        zones.retain(|zone| zone.config().is_some_and(|config| config.private_zone()) == private);
        match &zones[..] {
            [zone] => Ok(found(zone)),
            [] => {
                let message = format!("there is no {kind} hosted zone `{name}`");
                Err(ProviderError::new(ProviderErrorKind::NotFound, "route53:ListHostedZonesByName", message))
            }
            several => {
                let ids: Vec<&str> = several.iter().map(|zone| zone_id(zone.id())).collect();
                let message = format!(
                    "there are several {kind} hosted zones `{name}`: {}; look one up by its id",
                    ids.join(", ")
                );
                Err(ProviderError::new(ProviderErrorKind::Invalid, "route53:ListHostedZonesByName", message))
            }
        }
    }
}
