//! The ARNs of managed policies.

use ironward_core::output::{Output, ToValue, concat};

use super::PolicyArn;
use crate::place::FoundHere;

impl PolicyArn {
    /// The ARN of a policy that AWS manages, by its path and name, such as
    /// `service-role/AmazonRDSEnhancedMonitoringRole`, in the partition that the stack is
    /// deployed to.
    #[must_use]
    pub fn aws_managed(here: &FoundHere, name: &str) -> Output<Self> {
        let parts =
            ["arn:".to_value(), here.partition().to_value(), ":iam::aws:policy/".to_value(), name.to_value()];
        Output::from_value(concat(parts).to_value())
    }
}
