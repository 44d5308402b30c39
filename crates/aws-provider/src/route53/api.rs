//! What Route 53 is asked: all records of a zone at once, and zones by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_route53::Client;
use aws_sdk_route53::types::{HostedZone, ResourceRecordSet, RrType};
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use crate::call::Caller;
use crate::registry::Registry;

pub(super) const RECORDS: &str = "route53:ListResourceRecordSets";

pub(super) struct Route53 {
    pub(super) client: Client,
    pub(super) caller: Caller,
}

pub(super) fn install(registry: &mut Registry, config: &SdkConfig, caller: &Caller) -> Arc<Route53> {
    let route53 = Arc::new(Route53 { client: Client::new(config), caller: caller.clone() });
    registry.batch(RECORDS, usize::MAX, &route53, Route53::records);
    route53
}

/// What identifies a record set, its name in the one form that all spellings share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) set: Option<String>,
}

impl Key {
    /// The key of a declaration.
    pub(super) fn declared(properties: &Document) -> Result<Self, ProviderError> {
        Ok(Self {
            zone: zone_id(&properties.get::<String>("HostedZoneId")?).to_owned(),
            name: plain_name(&properties.get::<String>("Name")?),
            kind: properties.get("Type")?,
            set: properties.opt("SetIdentifier")?,
        })
    }

    fn seen(zone: &str, record: &ResourceRecordSet) -> Self {
        Self {
            zone: zone.to_owned(),
            name: plain_name(record.name()),
            kind: record.r#type().as_str().to_owned(),
            set: record.set_identifier().map(str::to_owned),
        }
    }

    /// Reads a physical id.
    pub(super) fn parse(id: &str) -> Result<Self, ProviderError> {
        let mut parts = id.splitn(4, '|').map(str::to_owned);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(zone), Some(name), Some(kind), set) => Ok(Self { zone, name, kind, set }),
            _ => Err(ProviderError::new(
                ProviderErrorKind::Invalid,
                RECORDS,
                format!("`{id}` isn't the id of a record set"),
            )),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}", self.zone, self.name, self.kind)?;
        self.set.as_ref().map_or(Ok(()), |set| write!(f, "|{set}"))
    }
}

/// A zone's id without `/hostedzone/`.
pub(super) fn zone_id(id: &str) -> &str {
    id.trim_start_matches("/hostedzone/")
}

/// A DNS name in lower case, without the trailing dot and without octal escapes.
pub(super) fn plain_name(name: &str) -> String {
    let mut plain = String::new();
    let mut rest = name.trim_end_matches('.');
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                plain.push(char::from(code));
                rest = &after[3..];
            }
            None => {
                plain.push('\\');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.to_lowercase()
}

impl Route53 {
    /// The record sets of these ids: one scan for each zone.
    async fn records(
        self: Arc<Self>,
        ids: Vec<String>,
    ) -> Result<BTreeMap<String, ResourceRecordSet>, ProviderError> {
        let zones: BTreeSet<String> =
            ids.iter().map(|id| Key::parse(id).map(|key| key.zone)).collect::<Result<_, _>>()?;
        let mut found = BTreeMap::new();
        for zone in &zones {
            for record in self.scan(zone).await? {
                found.insert(Key::seen(zone, &record).to_string(), record);
            }
        }
        Ok(found)
    }

    /// Every record set of a zone; none where there is no such zone.
    async fn scan(&self, zone: &str) -> Result<Vec<ResourceRecordSet>, ProviderError> {
        let mut found = Vec::new();
        let (mut name, mut kind, mut set) = (None, None, None);
        loop {
            let request = || {
                self.client
                    .list_resource_record_sets()
                    .hosted_zone_id(zone)
                    .set_start_record_name(name.clone())
                    .set_start_record_type(kind.clone())
                    .set_start_record_identifier(set.clone())
                    .send()
            };
            let Some(page) = self.caller.find(RECORDS, request).await? else { return Ok(found) };
            found.extend(page.resource_record_sets);
            if !page.is_truncated {
                return Ok(found);
            }
            (name, kind, set) = (page.next_record_name, page.next_record_type, page.next_record_identifier);
        }
    }

    /// One record set as it is now.
    pub(super) async fn current(&self, key: &Key) -> Result<Option<ResourceRecordSet>, ProviderError> {
        let request = || {
            self.client
                .list_resource_record_sets()
                .hosted_zone_id(&key.zone)
                .start_record_name(&key.name)
                .start_record_type(RrType::from(key.kind.as_str()))
                .set_start_record_identifier(key.set.clone())
                .send()
        };
        let page = self.caller.find(RECORDS, request).await?;
        let records = page.map(|page| page.resource_record_sets).unwrap_or_default();
        Ok(records.into_iter().find(|record| Key::seen(&key.zone, record) == *key))
    }

    /// Every zone of this name, public and private.
    pub(super) async fn zones_of(&self, name: &str) -> Result<Vec<HostedZone>, ProviderError> {
        let wanted = plain_name(name);
        let mut found: Vec<HostedZone> = Vec::new();
        let (mut start, mut id) = (Some(wanted.clone()), None);
        loop {
            let request = || {
                self.client
                    .list_hosted_zones_by_name()
                    .set_dns_name(start.clone())
                    .set_hosted_zone_id(id.clone())
                    .send()
            };
            let page = self.caller.call("route53:ListHostedZonesByName", request).await?;
            found.extend(page.hosted_zones.into_iter().filter(|zone| plain_name(zone.name()) == wanted));
            if !page.is_truncated || page.next_dns_name.as_deref().map(plain_name) != Some(wanted.clone()) {
                return Ok(found);
            }
            (start, id) = (page.next_dns_name, page.next_hosted_zone_id);
        }
    }

    pub(super) async fn zone(&self, id: &str) -> Result<Option<HostedZone>, ProviderError> {
        let request = || self.client.get_hosted_zone().id(id).send();
        let answer = self.caller.find("route53:GetHostedZone", request).await?;
        Ok(answer.and_then(|answer| answer.hosted_zone))
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, plain_name};

    #[test]
    fn names_have_one_form() {
        for (name, plain) in [
            ("Example.com.", "example.com"),
            ("\\052.example.com.", "*.example.com"),
            ("a\\100b.example.com", "a@b.example.com"),
            ("a\\b.example.com", "a\\b.example.com"),
        ] {
            assert_eq!(plain_name(name), plain);
        }
    }

    #[test]
    fn ids_are_read_back() {
        for id in ["Z1|a.example.com|A", "Z1|a.example.com|A|one|two"] {
            assert_eq!(Key::parse(id).unwrap().to_string(), id);
        }
        assert!(Key::parse("Z1").is_err());
    }
}
