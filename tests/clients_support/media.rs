//! A film and a download, as a browser fetches them: in ranges, and into a file.

use super::page;
use super::succeed;
use crate::support::Request;
use crate::support::answer::{Answer, whole, with_fields};
use std::path::Path;
use std::process::Command;

const PAGE: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>A film</title></head>
<body><h1>A film</h1><video id="film" src="/film.webm" muted preload="auto" width="320"></video>
<script>
const film = document.getElementById('film');
const say = (what) => fetch('/said/' + what);
film.onerror = () => say('film-failed-' + film.error.code);
film.onloadedmetadata = () => { say('film-' + Math.round(film.duration) + '-' + film.videoWidth); film.currentTime = 3.5; };
film.onseeked = () => say('seeked-' + Math.floor(film.currentTime));
</script></body></html>"#;

const DOWNLOAD: &str = r#"<!DOCTYPE html><html><head><title>A file</title></head><body><a id="file" href="/file.bin" download>file</a>
<script>
addEventListener('load', async () => {
  const bytes = await (await fetch('/bytes/3000000')).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  fetch('/said/sha256-' + Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  document.getElementById('file').click();
});
</script></body></html>"#;

/// Makes a film of four seconds. False, with a word, where there is no ffmpeg.
pub fn film(path: &Path) -> bool {
    let Some(ffmpeg) = super::tool("ffmpeg") else { return false };
    let mut command = Command::new(ffmpeg);
    command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=4:size=320x240:rate=10", "-c:v", "libvpx", "-b:v", "2M", "-y"]);
    succeed(command.arg(path));
    true
}

/// The pages, the film in ranges, and a file to keep.
pub fn pages(film: Vec<u8>, file: Vec<u8>) -> impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static {
    move |request| {
        Some(match request.path() {
            "/film" => page("text/html", PAGE),
            "/download" => page("text/html", DOWNLOAD),
            "/film.webm" => ranged(request, &film),
            "/file.bin" => with_fields(
                200,
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"file.bin\"\r\n",
                &file,
            ),
            "/search" => page("text/html", &format!("<!DOCTYPE html><title>Found</title><h1>{}</h1><p>safe results</p>", request.target)),
            path if path.starts_with("/said/") => whole(204, "text/plain", b""),
            _ => return None,
        })
    }
}

/// The part that was asked for (RFC 9110 section 14).
fn ranged(request: &Request, all: &[u8]) -> Answer {
    let asked = request.field("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = asked else { return with_fields(200, "Content-Type: video/webm\r\nAccept-Ranges: bytes\r\n", all) };
    let first = first.parse().unwrap_or(0).min(all.len() - 1);
    let last = last.parse().unwrap_or(usize::MAX).min(all.len() - 1);
    let fields = format!("Content-Type: video/webm\r\nAccept-Ranges: bytes\r\nContent-Range: bytes {first}-{last}/{}\r\n", all.len());
    with_fields(206, &fields, &all[first..=last])
}
