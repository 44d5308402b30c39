use serde_json::json;

use super::Subject;

#[test]
fn a_database() {
    Subject::new(
        "AWS::RDS::DBInstance",
        json!({
            "StorageEncrypted": true,
            "PubliclyAccessible": false,
            "ManageMasterUserPassword": true,
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
            "MasterUserSecret": {"KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"},
            "DBSubnetGroupName": "isolated",
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.medium",
            "AllocatedStorage": 100,
            "StorageType": "gp3",
            "BackupRetentionPeriod": 35,
            "MasterUsername": "keeper",
        }),
    )
    .takes(&json!({"DBInstanceClass": "db.r5.6xlarge.tpc2.mem4x"}))
    .takes(&json!({"AllocatedStorage": 400, "Iops": 12_000, "StorageThroughput": 500}))
    .takes(&json!({"PreferredBackupWindow": "07:00-07:30", "PreferredMaintenanceWindow": "Sun:23:30-Mon:00:30"}))
    .takes(&json!({"DBName": "records_2", "MaxAllocatedStorage": 65_536, "MonitoringInterval": 60}))
    .refuses(
        &json!({"DBInstanceClass": "banana"}),
        r#"`DBInstanceClass` is `"banana"`; it has to match `^db\.[a-z0-9-]+(\.[a-z0-9-]+)+$`"#,
    )
    .refuses(
        &json!({"BackupRetentionPeriod": 1}),
        "`BackupRetentionPeriod` is `1`; 7 to 35 is allowed (45 CFR 164.308(a)(7)(ii)(A))",
    )
    .refuses(
        &json!({"MaxAllocatedStorage": 500_000}),
        "`MaxAllocatedStorage` is `500000`; 20 to 65536 is allowed",
    )
    .refuses(
        &json!({"MaxAllocatedStorage": 100}),
        "`MaxAllocatedStorage` is 100, and `AllocatedStorage` 100 already: it has to be more",
    )
    .refuses(
        &json!({"DBName": "my-db"}),
        r#"`DBName` is `"my-db"`; it has to match `^[A-Za-z][A-Za-z0-9_]*$`"#,
    )
    .refuses(
        &json!({"DBName": "records", "Engine": "sqlserver-se"}),
        "`DBName` is declared, and SQL Server makes no database: leave it out",
    )
    .refuses(
        &json!({"DBName": "patientrecords", "Engine": "oracle-ee"}),
        "`DBName` is `patientrecords`, which has 14 characters, and oracle-ee takes 8 at most",
    )
    .refuses(
        &json!({"StorageType": "io1"}),
        "`Iops` isn't declared, and io1 can't be without",
    )
    .refuses(
        &json!({"Iops": 12_000}),
        "`Iops` is declared, and postgres has it to choose from 400 GiB on, of which `AllocatedStorage` has 100: \
         leave it out, or allocate more",
    )
    .refuses(
        &json!({"StorageType": "gp2", "Iops": 3_000}),
        "`Iops` is declared, and gp2 has none to choose: leave it out, or take gp3",
    )
    .refuses(
        &json!({"PreferredBackupWindow": "07:00-07:10"}),
        "`PreferredBackupWindow` is `07:00-07:10`, and half an hour is the least: let it end later",
    )
    .refuses(
        &json!({"PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "mon:03:30-mon:04:30"}),
        "`PreferredMaintenanceWindow` is `mon:03:30-mon:04:30`, which meets the backups of every day, \
         `03:00-04:00`: choose another time for one of them",
    )
    .refuses(&json!({"MonitoringInterval": 7}), "`MonitoringInterval` is `7`; `0`, `1`, `5`, `10`, `15`, `30` or `60` is allowed")
    .refuses(&json!({"Port": 80}), "`Port` is `80`; 1150 to 65535 is allowed")
    .refuses(
        &json!({"PubliclyAccessible": true}),
        "`PubliclyAccessible` is `true`, and `false` is the only value that it may have",
    )
    .refuses(
        &json!({"StorageEncrypted": null}),
        "`StorageEncrypted` isn't declared, and `true` is the only value that it may have",
    );
}

#[test]
fn a_subnet_group() {
    Subject::new(
        "AWS::RDS::DBSubnetGroup",
        json!({"DBSubnetGroupDescription": "isolated", "SubnetIds": ["subnet-1", "subnet-2"]}),
    )
    .refuses(&json!({"SubnetIds": ["subnet-1"]}), "`SubnetIds` has 1 item; at least 2 items are allowed")
    .refuses(
        &json!({"DBSubnetGroupDescription": null}),
        "`DBSubnetGroupDescription` isn't declared, and it can't be without",
    );
}
