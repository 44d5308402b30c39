//! The handler of `AWS::EC2::SubnetRouteTableAssociation`. Its physical id is the subnet's: the
//! association's own changes with each exchange of the table.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, RouteTableAssociationStateCode as State};
use ironward_aws::ec2::{Isolated, SubnetRouteTableAssociation};
use ironward_core::declare::Declaration;
use ironward_core::document::Document;
use ironward_core::error::{ProviderError, ProviderErrorKind};
use ironward_core::provider::{
    Change, DeleteOutcome, Found, Handler, Observation, Observed, Operation, Read, ReadResults, Readiness,
    Target,
};
use ironward_core::schema::Schema;

use super::network_api::{Network, SUBNET_TABLES};

pub(super) struct SubnetRouteTableAssociationHandler(pub(super) Arc<Network>);

fn association<'a>(table: &'a sdk::RouteTable, subnet: &str) -> Option<&'a sdk::RouteTableAssociation> {
    table.associations().iter().find(|association| association.subnet_id() == Some(subnet))
}

impl Network {
    /// The id of a subnet's association, and its table's.
    async fn association_of(&self, subnet: &str) -> Result<Option<(String, String)>, ProviderError> {
        let table = self.table_of(subnet).await?;
        Ok(table.and_then(|table| {
            let id = association(&table, subnet)?.route_table_association_id()?.to_owned();
            Some((id, table.route_table_id()?.to_owned()))
        }))
    }
}

#[async_trait]
impl Handler for SubnetRouteTableAssociationHandler {
    fn schema(&self) -> &'static Schema {
        SubnetRouteTableAssociation::<Isolated>::SCHEMA
    }

    fn reads(&self, target: &Target<'_>) -> Vec<Read> {
        vec![Read::new(SUBNET_TABLES, target.physical_id)]
    }

    fn observe(&self, target: &Target<'_>, answers: &ReadResults) -> Result<Observation, ProviderError> {
        let subnet = target.physical_id;
        let Some(table) = answers.get::<sdk::RouteTable>(SUBNET_TABLES, subnet)? else {
            return Ok(Observation::Absent);
        };
        let Some(association) = association(table, subnet) else { return Ok(Observation::Absent) };
        let state = association.association_state();
        let readiness = match state.and_then(|state| state.state()) {
            Some(State::Disassociated) => return Ok(Observation::Absent),
            Some(code @ (State::Associating | State::Disassociating)) => {
                Readiness::Pending(format!("the route table is {}", code.as_str()))
            }
            Some(State::Failed) => {
                let reason = state.and_then(|state| state.status_message());
                Readiness::Failed(reason.unwrap_or("the service gave no reason").to_owned())
            }
            _ => Readiness::Ready,
        };
        let attributes =
            Document::new().with("SubnetId", subnet).with("Id", association.route_table_association_id());
        let observed = Observed::new(attributes)
            .with("SubnetId", subnet)
            .with_some("RouteTableId", table.route_table_id())
            .with_readiness(readiness);
        Ok(Observation::Present(observed))
    }

    async fn create(&self, _operation: &Operation<'_>, desired: &Document) -> Result<String, ProviderError> {
        let subnet: String = desired.get("SubnetId")?;
        let table: String = desired.get("RouteTableId")?;
        let request =
            || self.0.client.associate_route_table().subnet_id(&subnet).route_table_id(&table).send();
        self.0.caller.make("ec2:AssociateRouteTable", request).await?;
        Ok(subnet)
    }

    async fn reconcile(&self, _operation: &Operation<'_>, change: &Change<'_>) -> Result<(), ProviderError> {
        let subnet = change.physical_id;
        let table: String = change.after.get("RouteTableId")?;
        match self.0.association_of(subnet).await? {
            Some((_, current)) if current == table => {}
            Some((association, _)) => {
                let request = || {
                    let replace = self.0.client.replace_route_table_association();
                    replace.association_id(&association).route_table_id(&table).send()
                };
                self.0.caller.call("ec2:ReplaceRouteTableAssociation", request).await?;
            }
            None => {
                let request =
                    || self.0.client.associate_route_table().subnet_id(subnet).route_table_id(&table).send();
                self.0.caller.call("ec2:AssociateRouteTable", request).await?;
            }
        }
        Ok(())
    }

    async fn delete(
        &self,
        _operation: &Operation<'_>,
        target: &Target<'_>,
    ) -> Result<DeleteOutcome, ProviderError> {
        let table: String = target.properties.get("RouteTableId")?;
        match self.0.association_of(target.physical_id).await? {
            Some((association, current)) if current == table => {
                let request = || self.0.client.disassociate_route_table().association_id(&association).send();
                self.0.caller.call("ec2:DisassociateRouteTable", request).await?;
                Ok(DeleteOutcome::default())
            }
            // An association with another table isn't ours.
            _ => {
                let message = format!("{} isn't associated with {table}", target.physical_id);
                Err(ProviderError::new(ProviderErrorKind::NotFound, "ec2:DisassociateRouteTable", message))
            }
        }
    }

    /// The pair is all there is to an association: the same pair is the same association.
    async fn find(&self, _operation: &Operation<'_>, desired: &Document) -> Result<Found, ProviderError> {
        let subnet: String = desired.get("SubnetId")?;
        let wanted: String = desired.get("RouteTableId")?;
        Ok(match self.0.association_of(&subnet).await? {
            None => Found::Nothing,
            Some((_, table)) if table == wanted => Found::Ours { physical_id: subnet },
            Some(_) => Found::Unmarked { physical_id: subnet },
        })
    }
}
