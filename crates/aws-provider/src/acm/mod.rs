//! Certificate Manager.

use aws_config::SdkConfig;

use crate::call::Caller;
use crate::registry::Registry;

pub(crate) fn install(_registry: &mut Registry, _config: &SdkConfig, _caller: &Caller) {}
