//! LocalStack's community edition, 2026.3.0.

use super::gaps;

gaps! {}
