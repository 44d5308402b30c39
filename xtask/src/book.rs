//! stub
pub(crate) fn build(_: &std::path::Path, _: &cargo_metadata::Metadata) -> anyhow::Result<()> {
    Ok(())
}
pub(crate) fn serve(
    _: &std::path::Path,
    _: &cargo_metadata::Metadata,
    _: u16,
) -> anyhow::Result<()> {
    Ok(())
}
