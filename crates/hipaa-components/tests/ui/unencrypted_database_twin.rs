//! With a key it can.
use ironward_aws::rds::*;
use ironward_aws::kms::CustomerKey;

#[allow(dead_code)]
fn declare(key: CustomerKey, placement: IsolatedPlacement, secret: CustomerKey) -> DbInstance {
    DbInstance::new(
        key,
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
