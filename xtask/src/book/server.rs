//! The smallest web server that shows a built book to its writer.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};

/// Serves the files of one directory on 127.0.0.1.
pub(super) struct Server {
    listener: TcpListener,
    directory: PathBuf,
}

impl Server {
    pub(super) fn bind(directory: PathBuf, port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("cannot listen on 127.0.0.1:{port}; choose another with --port N"))?;
        listener.set_nonblocking(true).context("setting up the listener")?;
        Ok(Self { listener, directory })
    }

    /// Answers requests for ever and calls `idle` in between, a few times a second.
    pub(super) fn run(&self, mut idle: impl FnMut()) -> Result<()> {
        loop {
            match self.listener.accept() {
                // A browser that goes away in the middle is no concern of ours.
                Ok((stream, _)) => drop(self.answer(stream)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    idle();
                    sleep(Duration::from_millis(200));
                }
                Err(error) => return Err(error).context("accepting a connection"),
            }
        }
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mut request = String::new();
        BufReader::new(&stream).read_line(&mut request)?;
        let content = request
            .split(' ')
            .nth(1)
            .and_then(|target| file_for(&self.directory, target))
            .and_then(|file| Some((content_type(&file), fs::read(file).ok()?)));
        let (status, kind, body) = match content {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain", b"no such page".to_vec()),
        };
        write!(
            stream,
            "HTTP/1.0 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )?;
        stream.write_all(&body)
    }
}

/// The file that a request is for; `None` if it would be outside of `directory`.
fn file_for(directory: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let file = directory.join(path);
    let file = if file.is_dir() { file.join("index.html") } else { file };
    inside.then_some(file)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_stay_inside_the_directory() {
        let directory = Path::new("book-output");
        let file = |target| file_for(directory, target);
        assert_eq!(file("/a/b.html?x#y"), Some(directory.join("a/b.html")));
        for target in ["/../secret", "/a/../../secret", "//etc/passwd", "a.html", ""] {
            assert_eq!(file(target), None, "{target}");
        }
    }
}
