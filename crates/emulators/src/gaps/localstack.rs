//! LocalStack's community edition, 2026.3.0.

use super::gaps;

gaps! {
    "ec2" "AWS::EC2::VPCEndpoint" {
        // Without it a policy reads in the language of 2008, and means something else.
        "PolicyDocument.Version" => super::DROPPED,
    }
}
