//! A small program, and edits of it.

use ironward_core::declare::Declaration;

use ironward_core::program::DeclareError;
use ironward_core::stack::{Hipaa, Stack};
use ironward_core::value::Value;
use serde_json::{Value as Json, json};

use crate::world::{Network, Store};

/// What a test changes in the program.
#[derive(Debug, Clone)]
pub(crate) struct Clinic {
    pub(crate) size: i64,
    pub(crate) cidr: &'static str,
    pub(crate) archive: bool,
    pub(crate) protect: bool,
    pub(crate) statement: Json,
}

impl Default for Clinic {
    fn default() -> Self {
        Self {
            size: 100,
            cidr: "10.0.0.0/16",
            archive: true,
            protect: false,
            statement: json!([{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]),
        }
    }
}

impl Clinic {
    /// Declares two networks and stores in them, each of which waits for the one before: what is
    /// shown has one order.
    pub(crate) fn declare(&self, stack: &mut Stack<Hipaa>) -> Result<(), DeclareError> {
        let mut network = stack.component("network", "ClinicNetwork")?;
        network.tag("Owner", "clinic");
        let main = network.add("main", Network::new(self.cidr))?;
        let backup =
            network.add("backup", Network::new("10.9.0.0/16").with("Label", main.attribute("Id")))?;
        let mut data = stack.component("data", "ClinicData")?;
        let policy = json!({"Version": "2012-10-17", "Statement": self.statement});
        let mut records = Store::new(self.size)
            .with("Network", main.attribute("Id"))
            .with("Policy", Value::Literal(policy))
            .with("Versioning", "Enabled");
        if self.protect {
            records = records.with("DeletionProtection", true);
        }
        let mut records = records.options();
        if self.archive {
            let archive = Store::new(5).with("Network", backup.attribute("Id")).options();
            let archive = data.add("archive", if self.protect { archive.protect() } else { archive })?;
            records = records.depends_on(&archive);
        }
        let records = data.add("records", records)?;
        stack.output("records_endpoint", records.attribute("Endpoint"))?;
        stack.output("records_arn", records.attribute("Arn"))?;
        Ok(())
    }
}
