//! Splices into the XML that the emulators write: elements without attributes, no comments, no
//! CDATA. Anything more would want a parser.

use std::ops::Range;

/// Rewrites the content of each outermost element of a name; `edit` gives the new content, or
/// `None` to leave the element alone.
#[must_use]
pub fn edit_each(body: &str, name: &str, mut edit: impl FnMut(&str) -> Option<String>) -> String {
    let mut edited = String::with_capacity(body.len());
    let mut done = 0;
    while let Some(element) = find(body, name, done) {
        match body.get(element.inner.clone()).and_then(&mut edit) {
            Some(content) => {
                edited.push_str(&body[done..element.outer.start]);
                edited.push_str(&format!("<{name}>{content}</{name}>"));
            }
            None => edited.push_str(&body[done..element.outer.end]),
        }
        done = element.outer.end;
    }
    edited.push_str(&body[done..]);
    edited
}

/// The content of the first element of a name, wherever it stands.
#[must_use]
pub fn text<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    find(body, name, 0).and_then(|element| body.get(element.inner))
}

/// Whether there is an element of a name, wherever it stands.
#[must_use]
pub fn has(body: &str, name: &str) -> bool {
    find(body, name, 0).is_some()
}

/// The contents of each outermost element of a name.
#[must_use]
pub fn all<'a>(body: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut done = 0;
    while let Some(element) = find(body, name, done) {
        found.push(&body[element.inner]);
        done = element.outer.end;
    }
    found
}

struct Element {
    outer: Range<usize>,
    inner: Range<usize>,
}

fn find(body: &str, name: &str, from: usize) -> Option<Element> {
    let open = format!("<{name}");
    let close = format!("</{name}>");
    let (start, inner, closed) = opening(body, &open, from)?;
    if closed {
        return Some(Element { outer: start..inner, inner: inner..inner });
    }
    let mut depth = 1;
    let mut at = inner;
    loop {
        let end = at + body.get(at..)?.find(&close)?;
        // Elements of the same name inside this one close first.
        while let Some((nested, after, closed)) = opening(body, &open, at).filter(|o| o.0 < end) {
            debug_assert!(nested >= at);
            depth += usize::from(!closed);
            at = after;
        }
        depth -= 1;
        at = end + close.len();
        if depth == 0 {
            return Some(Element { outer: start..at, inner: inner..end });
        }
    }
}

/// The next opening tag: where it starts, where its content starts, whether it closes itself.
fn opening(body: &str, open: &str, mut from: usize) -> Option<(usize, usize, bool)> {
    loop {
        let start = from + body.get(from..)?.find(open)?;
        let after = start + open.len();
        match body.as_bytes().get(after)? {
            b'>' => return Some((start, after + 1, false)),
            b'/' | b' ' => {
                let end = after + body.get(after..)?.find('>')?;
                let closed = body.as_bytes().get(end - 1) == Some(&b'/');
                return Some((start, end + 1, closed));
            }
            // A longer name that begins alike.
            _ => from = after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_whatever_surrounds_them() {
        let body = r#"<R xmlns="x"><itemSet><item><a>1</a><tagSet><item>t</item></tagSet></item><item><a>2</a></item><item/></itemSet></R>"#;
        assert_eq!(all(body, "item"), ["<a>1</a><tagSet><item>t</item></tagSet>", "<a>2</a>", ""]);
        assert_eq!(text(body, "a"), Some("1"));
        assert_eq!(text(body, "itemS"), None);
        assert!(has(body, "R"));
        assert_eq!(all("<item><a>", "item"), Vec::<&str>::new());
    }

    #[test]
    fn an_edit_leaves_the_rest_as_it_was() {
        let edited = edit_each("<s><i>1</i><i>2</i><i/></s>", "i", |inner| {
            (inner != "1").then(|| format!("{inner}<n/>"))
        });
        assert_eq!(edited, "<s><i>1</i><i>2<n/></i><i><n/></i></s>");
    }
}
