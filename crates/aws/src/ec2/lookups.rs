//! Lookups of what exists already: zones, networks, images.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use ironward_core::declare::{Located, Lookup};
use ironward_core::output::{Output, ToValue};
use ironward_core::path::Path;
use ironward_core::value::Value;

use super::{Cidr, SubnetId, Tier, VpcId, ZoneId, ZoneName};

ironward_core::identifiers! {
    /// The id of a machine image.
    ImageId;
}

/// Looks up the availability zones of the region that are available without opting in, in the
/// order of their names. Local zones aren't among them.
///
/// Source: Amazon EC2 API Reference, `DescribeAvailabilityZones`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AvailabilityZones;

/// The availability zones of the region.
#[derive(Debug, Clone)]
pub struct FoundAvailabilityZones {
    path: Path,
}

impl Lookup for AvailabilityZones {
    const NAME: &'static str = "availability-zones";
    type Handle = FoundAvailabilityZones;

    fn query(&self) -> BTreeMap<String, Value> {
        BTreeMap::new()
    }

    fn handle(self, path: Path) -> FoundAvailabilityZones {
        FoundAvailabilityZones { path }
    }
}

impl FoundAvailabilityZones {
    /// The name of the zone number `index`, from zero. A plan fails where the region has fewer.
    #[must_use]
    pub fn zone(&self, index: usize) -> Output<ZoneName> {
        Output::attribute(&self.path, &format!("Names.{index}"))
    }

    /// The id of the zone number `index`, the same in every account.
    #[must_use]
    pub fn zone_id(&self, index: usize) -> Output<ZoneId> {
        Output::attribute(&self.path, &format!("Ids.{index}"))
    }
}

impl Located for FoundAvailabilityZones {
    fn path(&self) -> &Path {
        &self.path
    }
}

/// What something that exists is found by: its id, or tags that it alone carries.
#[derive(Debug, Clone)]
enum By {
    Id(String),
    Tags(BTreeMap<String, String>),
}

impl By {
    fn tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self::Tags(BTreeMap::from([(key.into(), value.into())]))
    }

    fn and_tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let mut tags = match self {
            Self::Tags(tags) => tags,
            Self::Id(_) => return self,
        };
        tags.insert(key.into(), value.into());
        Self::Tags(tags)
    }

    fn query(&self) -> BTreeMap<String, Value> {
        match self {
            Self::Id(id) => BTreeMap::from([("Id".to_owned(), id.to_value())]),
            Self::Tags(tags) => BTreeMap::from([("Tags".to_owned(), tags.to_value())]),
        }
    }
}

/// Looks up one VPC that exists already. It must be exactly one.
///
/// Source: Amazon EC2 API Reference, `DescribeVpcs`.
#[derive(Debug, Clone)]
pub struct ExistingVpc(By);

/// A VPC that exists already.
#[derive(Debug, Clone)]
pub struct FoundVpc {
    path: Path,
}

impl ExistingVpc {
    /// The VPC of this id.
    #[must_use]
    pub fn by_id(id: impl Into<String>) -> Self {
        Self(By::Id(id.into()))
    }

    /// The VPC that carries this tag.
    #[must_use]
    pub fn by_tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self(By::tag(key, value))
    }

    /// It must carry this tag as well; without effect where it is looked up by id.
    #[must_use]
    pub fn and_tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self(self.0.and_tag(key, value))
    }
}

impl Lookup for ExistingVpc {
    const NAME: &'static str = "existing-vpc";
    type Handle = FoundVpc;
    const NETWORK: Option<&'static str> = Some("VpcId");

    fn query(&self) -> BTreeMap<String, Value> {
        self.0.query()
    }

    fn handle(self, path: Path) -> FoundVpc {
        FoundVpc { path }
    }
}

impl FoundVpc {
    /// The VPC's id.
    #[must_use]
    pub fn id(&self) -> Output<VpcId> {
        Output::attribute(&self.path, "VpcId")
    }

    /// The range of its addresses.
    #[must_use]
    pub fn cidr_block(&self) -> Output<Cidr> {
        Output::attribute(&self.path, "CidrBlock")
    }
}

impl Located for FoundVpc {
    fn path(&self) -> &Path {
        &self.path
    }
}

/// Looks up one subnet that exists already, as one of the tier `T`. It must be exactly one, and
/// the routes of its table are looked at: an isolated one has no default route and none to an
/// internet, NAT or egress-only gateway, a private one none to an internet gateway
/// (45 CFR 164.312(a)(1)).
///
/// Source: Amazon EC2 API Reference, `DescribeSubnets`, `DescribeRouteTables`.
#[derive(Debug)]
pub struct ExistingSubnet<T: Tier> {
    by: By,
    tier: PhantomData<fn() -> T>,
}

/// A subnet that exists already; its routes were those of the tier `T` when it was looked up.
#[derive(Debug)]
pub struct FoundSubnet<T: Tier> {
    path: Path,
    tier: PhantomData<fn() -> T>,
}

impl<T: Tier> Clone for FoundSubnet<T> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), tier: PhantomData }
    }
}

impl<T: Tier> ExistingSubnet<T> {
    /// The subnet of this id.
    #[must_use]
    pub fn by_id(id: impl Into<String>) -> Self {
        Self { by: By::Id(id.into()), tier: PhantomData }
    }

    /// The subnet that carries this tag.
    #[must_use]
    pub fn by_tag(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { by: By::tag(key, value), tier: PhantomData }
    }

    /// It must carry this tag as well; without effect where it is looked up by id.
    #[must_use]
    pub fn and_tag(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { by: self.by.and_tag(key, value), tier: PhantomData }
    }
}

impl<T: Tier> Lookup for ExistingSubnet<T> {
    const NAME: &'static str = "existing-subnet";
    type Handle = FoundSubnet<T>;
    const NETWORK: Option<&'static str> = Some("VpcId");

    fn query(&self) -> BTreeMap<String, Value> {
        let mut query = self.by.query();
        query.insert("Tier".to_owned(), T::NAME.to_value());
        query
    }

    fn handle(self, path: Path) -> FoundSubnet<T> {
        FoundSubnet { path, tier: PhantomData }
    }
}

impl<T: Tier> FoundSubnet<T> {
    /// The subnet's id.
    #[must_use]
    pub fn id(&self) -> Output<SubnetId<T>> {
        Output::attribute(&self.path, "SubnetId")
    }

    /// The VPC that it is in.
    #[must_use]
    pub fn vpc_id(&self) -> Output<VpcId> {
        Output::attribute(&self.path, "VpcId")
    }

    /// The range of its addresses.
    #[must_use]
    pub fn cidr_block(&self) -> Output<Cidr> {
        Output::attribute(&self.path, "CidrBlock")
    }

    /// The availability zone.
    #[must_use]
    pub fn availability_zone(&self) -> Output<ZoneName> {
        Output::attribute(&self.path, "AvailabilityZone")
    }
}

impl<T: Tier> Located for FoundSubnet<T> {
    fn path(&self) -> &Path {
        &self.path
    }
}

/// Looks up the newest machine image of an owner whose name fits a pattern.
///
/// The image may be another one tomorrow: pin the name where that isn't wanted.
///
/// Source: Amazon EC2 API Reference, `DescribeImages`.
#[derive(Debug, Clone)]
pub struct ExistingImage {
    owner: String,
    name: String,
}

/// A machine image.
#[derive(Debug, Clone)]
pub struct FoundImage {
    path: Path,
}

impl ExistingImage {
    /// The newest image of `owner` (an account id, `self`, `amazon` or `aws-marketplace`) whose name
    /// is `name`, where `*` stands for anything and `?` for one character.
    #[must_use]
    pub fn newest(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into() }
    }
}

impl Lookup for ExistingImage {
    const NAME: &'static str = "existing-image";
    type Handle = FoundImage;

    fn query(&self) -> BTreeMap<String, Value> {
        BTreeMap::from([
            ("Owner".to_owned(), self.owner.to_value()),
            ("Name".to_owned(), self.name.to_value()),
        ])
    }

    fn handle(self, path: Path) -> FoundImage {
        FoundImage { path }
    }
}

impl FoundImage {
    /// The image's id.
    #[must_use]
    pub fn id(&self) -> Output<ImageId> {
        Output::attribute(&self.path, "ImageId")
    }

    /// The image's full name.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        Output::attribute(&self.path, "Name")
    }
}

impl Located for FoundImage {
    fn path(&self) -> &Path {
        &self.path
    }
}
