//! The lookup of a service's prefix list.

use std::sync::Arc;

use async_trait::async_trait;
use ironward_aws::ec2::ServicePrefixList;
use ironward_core::declare::Lookup;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};

use super::network_api::Network;
use crate::lookups::Resolver;

const PREFIX_LISTS: &str = "ec2:DescribePrefixLists";

pub(super) struct PrefixListResolver {
    pub(super) network: Arc<Network>,
    pub(super) region: String,
}

#[async_trait]
impl Resolver for PrefixListResolver {
    fn name(&self) -> &'static str {
        ServicePrefixList::NAME
    }

    async fn resolve(&self, query: &Document) -> Result<Document, ProviderError> {
        let Network { client, caller, .. } = &*self.network;
        let service: String = query.get("Service")?;
        let name = format!("com.amazonaws.{}.{service}", self.region);
        let mut next = None;
        loop {
            let request = || client.describe_prefix_lists().set_next_token(next.clone()).send();
            let page = caller.call(PREFIX_LISTS, request).await?;
            let mut lists = page.prefix_lists().iter();
            if let Some(list) = lists.find(|list| list.prefix_list_name() == Some(&name)) {
                return Ok(Document::new().with("PrefixListId", list.prefix_list_id()));
            }
            next = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if next.is_none() {
                let message = format!("the region has no prefix list named `{name}`");
                return Err(ProviderError::new(ProviderErrorKind::NotFound, PREFIX_LISTS, message));
            }
        }
    }
}
