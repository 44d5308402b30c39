//! Random programs, changes, tampering and crashes: whatever happens, it converges.
