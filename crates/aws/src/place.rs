//! Where the stack is deployed, as a lookup that costs no call.

use std::collections::BTreeMap;

use ironward_core::declare::{Located, Lookup};
use ironward_core::output::Output;
use ironward_core::path::Path;
use ironward_core::value::Value;

ironward_core::identifiers! {
    /// An account id, twelve digits.
    AccountId;
    /// A region's name, such as `us-east-1`.
    Region;
    /// A partition's name, such as `aws`.
    Partition;
}

/// Looks up the account, region and partition that the stack is deployed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Here;

/// The account, region and partition that the stack is deployed to.
#[derive(Debug, Clone)]
pub struct FoundHere {
    path: Path,
}

impl Lookup for Here {
    const NAME: &'static str = "here";
    type Handle = FoundHere;

    fn query(&self) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }

    fn handle(self, path: Path) -> FoundHere {
        FoundHere { path }
    }
}

impl FoundHere {
    /// The account's id.
    #[must_use]
    pub fn account(&self) -> Output<AccountId> {
        Output::attribute(&self.path, "AccountId")
    }

    /// The region's name.
    #[must_use]
    pub fn region(&self) -> Output<Region> {
        Output::attribute(&self.path, "Region")
    }

    /// The partition's name.
    #[must_use]
    pub fn partition(&self) -> Output<Partition> {
        Output::attribute(&self.path, "Partition")
    }

    /// The ARN of the account's root, as policies name an account: `arn:aws:iam::…:root`.
    #[must_use]
    pub fn account_root(&self) -> Output<String> {
        use ironward_core::output::{ToValue, concat};
        concat([
            "arn:".to_value(),
            self.partition().to_value(),
            ":iam::".to_value(),
            self.account().to_value(),
            ":root".to_value(),
        ])
    }
}

impl Located for FoundHere {
    fn path(&self) -> &Path {
        &self.path
    }
}
