//! What services and roles need to be allowed, and what nobody may do: rows that a judge of policies
//! holds against a program.
//!
//! Texts in braces are filled from the resource that a row is about, with the relations that
//! `ironward_judges::relation` describes: `{S3BucketName->Arn}` is the ARN of the bucket that the
//! property `S3BucketName` names. A row whose resource or relation isn't in a program doesn't apply to it.

mod backup;
mod cloudtrail;
mod dangers;
mod ec2;
mod ecs;
mod elbv2;
mod kms;
mod logs;
mod rds;
mod s3;

pub use dangers::{DANGERS, Danger};

/// What a service or a role must be able to do, or else something that was declared doesn't work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// What it is for, as a sentence without its end: `the trail writes its files`.
    pub name: &'static str,
    /// The type of the resource that needs it.
    pub of: &'static str,
    /// A value of the resource and the pattern that one of it must match, or else the row doesn't apply.
    pub when: Option<(&'static str, &'static str)>,
    /// Who asks.
    pub who: Who,
    /// What for.
    pub actions: &'static [&'static str],
    /// On what: a template of ARNs, or `*` where the action knows no resource.
    pub on: &'static str,
    /// What the call carries besides what every call of such a caller carries.
    pub carries: &'static [(&'static str, Carries)],
    /// The service whose VPC endpoint the call passes, where the network has one, such as `s3`.
    pub through: Option<&'static str>,
    /// The document that says so.
    pub source: &'static str,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Who {
    /// A service by its own name, as a template.
    Service(&'static str),
    /// A role, as a template of its ARN.
    Role(&'static str),
    /// Somebody of the account whose own policies allow everything: who deploys and operates the stack, and
    /// who administers its keys.
    Administrator,
    /// Somebody of another account whose own policies allow everything.
    Stranger,
    /// Nobody that AWS knows.
    Anonymous,
    /// A caller whose own policies are AWS's concern: only the VPC endpoint on the way is judged.
    Passing,
}

/// What a call carries under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// The texts that a template gives.
    Text(&'static str),
    /// No document says whether, or what.
    Maybe,
}

impl Need {
    const fn new(
        name: &'static str,
        of: &'static str,
        who: Who,
        actions: &'static [&'static str],
        on: &'static str,
        source: &'static str,
    ) -> Self {
        Self { name, of, when: None, who, actions, on, carries: &[], through: None, source }
    }

    const fn when(self, value: &'static str, pattern: &'static str) -> Self {
        Self { when: Some((value, pattern)), ..self }
    }

    const fn carrying(self, carries: &'static [(&'static str, Carries)]) -> Self {
        Self { carries, ..self }
    }

    const fn through(self, service: &'static str) -> Self {
        Self { through: Some(service), ..self }
    }
}

/// All needs.
#[must_use]
pub fn needs() -> Vec<&'static Need> {
    let tables = [
        backup::NEEDS,
        cloudtrail::NEEDS,
        ec2::NEEDS,
        ecs::NEEDS,
        elbv2::NEEDS,
        kms::NEEDS,
        logs::NEEDS,
        rds::NEEDS,
        s3::NEEDS,
    ];
    tables.into_iter().flatten().collect()
}
