//! Blocks that tasks write into pages of the book, between two marks.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

const END: &str = "<!-- end -->";

/// Writes what stands between `begin` and the next end in a page anew.
pub(crate) fn write(root: &Path, page: &str, begin: &str, text: &str) -> Result<()> {
    let path = root.join(page);
    let old = fs::read_to_string(&path).with_context(|| format!("reading {page}"))?;
    let new = replaced(&old, begin, text).with_context(|| page.to_owned())?;
    fs::write(&path, new).with_context(|| format!("writing {page}"))
}

/// A page with another block.
fn replaced(page: &str, begin: &str, text: &str) -> Result<String> {
    let parts = page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else { bail!("there is no `{begin}` with `{END}` after it") };
    Ok(format!("{before}{begin}\n\n{}\n\n{END}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let begin = "<!-- written -->";
        let page = format!("# Title\n\n{begin}\nold\n{END}\n\nMore.\n\n{END}\n");
        let new = replaced(&page, begin, "| a |\n").unwrap();
        assert_eq!(new, format!("# Title\n\n{begin}\n\n| a |\n\n{END}\n\nMore.\n\n{END}\n"));
        assert_eq!(replaced(&new, begin, "| a |").unwrap(), new);
        assert!(replaced("# Title", begin, "| a |").is_err());
    }
}
