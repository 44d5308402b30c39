//! A database without a key can't be written.
use ironward_aws::rds::*;
use ironward_aws::kms::CustomerKey;

fn declare(placement: IsolatedPlacement, secret: CustomerKey) -> DbInstance {
    DbInstance::new(
        placement,
        Engine::Postgres,
        DbInstanceClass::new("db.t4g.small"),
        20_i64,
        "admin_user",
        BackupRetention::longest(),
        MasterUserSecret::new(secret),
    )
}

fn main() {}
