//! stub
pub(crate) fn check(_: &std::path::Path, _: &cargo_metadata::Metadata) -> anyhow::Result<()> {
    Ok(())
}
