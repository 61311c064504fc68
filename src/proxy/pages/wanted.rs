//! What the client can show: a whole page, a frame, JSON, a picture, a script ... (standard AA12).
//!
//! It must never influence the verdict: it only chooses the form of the answer. Browsers send `Sec-Fetch-Dest` on
//! secure origins only, so on plain HTTP the `Accept` field and the ending of the path have to do.

use http::HeaderMap;
use http::header::{ACCEPT, ORIGIN, UPGRADE};

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// A page for a person.
    #[default]
    Html,
    /// A page for a person inside a frame of another page: no buttons.
    Frame,
    /// JSON for a program.
    Json,
    /// JSON for a script of another site: it may read that the request was refused, and nothing about the reader.
    JsonElsewhere,
    /// A picture.
    Image,
    /// A script or a worker.
    Script,
    /// A style sheet.
    Style,
    /// Sound or film.
    Media,
    /// A font.
    Font,
    /// The start of a WebSocket.
    WebSocket,
    /// Plain text: command-line tools, and every CONNECT (no client shows more of its refusal).
    Text,
    /// Something else: a short text.
    Other,
}

/// What this request's answer should look like. `path` is the raw path (a query may follow).
#[must_use]
pub fn wanted(headers: &HeaderMap, path: &[u8]) -> Wanted {
    if contains(headers, UPGRADE.as_str(), "websocket") {
        return Wanted::WebSocket;
    }
    let found = destination(headers).or_else(|| by_script(headers)).or_else(|| accepted(headers)).unwrap_or_else(|| by_ending(path));
    if found == Wanted::Json && is_from_elsewhere(headers) { Wanted::JsonElsewhere } else { found }
}

/// The first value of a field, where it is text.
fn field<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn contains(headers: &HeaderMap, name: &str, word: &str) -> bool {
    field(headers, name).is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
}

/// By `Sec-Fetch-Dest` (W3C Fetch Metadata, section 2.1).
fn destination(headers: &HeaderMap) -> Option<Wanted> {
    Some(match field(headers, "sec-fetch-dest")? {
        "document" => Wanted::Html,
        "iframe" | "frame" | "fencedframe" | "embed" | "object" => Wanted::Frame,
        "image" => Wanted::Image,
        "script" | "worker" | "sharedworker" | "serviceworker" | "audioworklet" | "paintworklet" => Wanted::Script,
        "style" | "xslt" => Wanted::Style,
        "audio" | "video" | "track" => Wanted::Media,
        "font" => Wanted::Font,
        "json" | "manifest" | "report" | "empty" => Wanted::Json,
        "websocket" => Wanted::WebSocket,
        _ => return None,
    })
}

/// Scripts of the older kind name themselves.
fn by_script(headers: &HeaderMap) -> Option<Wanted> {
    field(headers, "x-requested-with").filter(|value| value.eq_ignore_ascii_case("XMLHttpRequest")).map(|_| Wanted::Json)
}

/// By `Accept` (RFC 9110 section 12.5.1): the highest weight wins, the first of equals.
fn accepted(headers: &HeaderMap) -> Option<Wanted> {
    let mut best: Option<(u16, Wanted)> = None;
    for value in headers.get_all(ACCEPT) {
        for range in value.to_str().ok()?.split(',').take(32) {
            let Some(form) = form_of(range.split(';').next().unwrap_or("").trim()) else { continue };
            let weight = weight(range);
            if weight > 0 && best.is_none_or(|(highest, _)| weight > highest) {
                best = Some((weight, form));
            }
        }
    }
    best.map(|(_, form)| form)
}

/// `;q=` in thousandths; 1,000 where there is none or it cannot be read.
fn weight(range: &str) -> u16 {
    let quality = range.split(';').skip(1).find_map(|part| part.trim().strip_prefix("q="));
    quality.and_then(|q| q.trim().parse::<f32>().ok()).map_or(1000, |q| (q.clamp(0.0, 1.0) * 1000.0) as u16)
}

/// The form that goes with a media range; `*/*` says nothing.
fn form_of(range: &str) -> Option<Wanted> {
    let range = range.to_ascii_lowercase();
    let (kind, sort) = range.split_once('/')?;
    Some(match (kind, sort) {
        ("text", "html") | ("application", "xhtml+xml") => Wanted::Html,
        ("text", "css") => Wanted::Style,
        (_, "json" | "x-ndjson" | "event-stream") => Wanted::Json,
        (_, sort) if sort.ends_with("+json") => Wanted::Json,
        (_, sort) if sort.ends_with("javascript") => Wanted::Script,
        ("image", _) => Wanted::Image,
        ("audio" | "video", _) => Wanted::Media,
        ("font", _) => Wanted::Font,
        ("text", _) => Wanted::Text,
        ("*", _) => return None,
        _ => Wanted::Other,
    })
}

/// By the ending of the path, for requests that accept anything.
fn by_ending(path: &[u8]) -> Wanted {
    let path = path.split(|b| matches!(b, b'?' | b'#')).next().unwrap_or(path);
    let name = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
    let Some(dot) = name.iter().rposition(|&b| b == b'.') else { return Wanted::Text };
    match name[dot + 1..].to_ascii_lowercase().as_slice() {
        b"js" | b"mjs" | b"cjs" => Wanted::Script,
        b"css" => Wanted::Style,
        b"png" | b"jpg" | b"jpeg" | b"gif" | b"webp" | b"avif" | b"svg" | b"ico" | b"bmp" | b"apng" => Wanted::Image,
        b"woff" | b"woff2" | b"ttf" | b"otf" | b"eot" => Wanted::Font,
        b"mp3" | b"mp4" | b"m4a" | b"m4v" | b"m4s" | b"webm" | b"ogg" | b"oga" | b"ogv" | b"wav" | b"flac" | b"mov" | b"m3u8" | b"mpd"
        | b"ts" | b"vtt" => Wanted::Media,
        b"json" | b"map" | b"webmanifest" | b"geojson" => Wanted::Json,
        b"zip" | b"gz" | b"xz" | b"zst" | b"bz2" | b"exe" | b"msi" | b"deb" | b"rpm" | b"iso" | b"pdf" | b"wasm" | b"bin" | b"jar"
        | b"apk" | b"whl" => Wanted::Other,
        _ => Wanted::Text,
    }
}

/// Does a script of another site ask? An unreadable or missing `Sec-Fetch-Site` with an `Origin` counts as elsewhere.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    match field(headers, "sec-fetch-site") {
        Some("same-origin" | "none") => false,
        Some(_) => true,
        None => headers.contains_key(ORIGIN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn ask(lines: &[(&str, &str)], path: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        wanted(&headers, path.as_bytes())
    }

    /// Fields, path, form.
    type Row = (&'static [(&'static str, &'static str)], &'static str, Wanted);

    const CHROME_PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";

    #[test]
    fn the_answer_takes_the_form_that_the_client_can_show() {
        use Wanted::*;
        #[rustfmt::skip]
        let table: &[Row] = &[
            (&[], "/", Text),
            (&[("accept", "*/*")], "/", Text),
            (&[("accept", "*/*")], "/a/b.JS?x=1.png", Script),
            (&[("accept", "*/*")], "/a.js/b", Text),
            (&[("accept", "*/*")], "/font.woff2", Font),
            (&[("accept", "*/*")], "/film.mp4", Media),
            (&[("accept", "*/*")], "/big.zip", Other),
            (&[("accept", "*/*")], "/data.json", Json),
            (&[("accept", CHROME_PAGE)], "/picture.png", Html),
            (&[("accept", "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8")], "/x", Image),
            (&[("accept", "text/css,*/*;q=0.1")], "/x", Style),
            (&[("accept", "application/json, text/plain, */*")], "/x", Json),
            (&[("accept", "application/vnd.api+json")], "/x", Json),
            (&[("accept", "text/event-stream")], "/x", Json),
            (&[("accept", "text/html;q=0.2, application/json")], "/x", Json),
            (&[("accept", "text/html;q=0, application/json;q=0.1")], "/x", Json),
            (&[("accept", "text/html"), ("accept", "image/png")], "/x", Html),
            (&[("accept", "video/webm,video/*;q=0.9,*/*;q=0.6")], "/x", Media),
            (&[("accept", "application/x-git-upload-pack-result")], "/x", Other),
            (&[("accept", "text/plain")], "/x", Text),
            (&[("accept", "nonsense")], "/x.css", Style),
            (&[("accept", "text/html;q=many")], "/x", Html),
            (&[("sec-fetch-dest", "document"), ("accept", "*/*")], "/x.png", Html),
            (&[("sec-fetch-dest", "iframe"), ("accept", CHROME_PAGE)], "/x", Frame),
            (&[("sec-fetch-dest", "image")], "/x.js", Image),
            (&[("sec-fetch-dest", "serviceworker")], "/x", Script),
            (&[("sec-fetch-dest", "empty"), ("sec-fetch-site", "same-origin")], "/x", Json),
            (&[("sec-fetch-dest", "empty"), ("sec-fetch-site", "cross-site")], "/x", JsonElsewhere),
            (&[("sec-fetch-dest", "unheard-of"), ("accept", "text/html")], "/x", Html),
            (&[("accept", "application/json"), ("origin", "http://elsewhere.example")], "/x", JsonElsewhere),
            (&[("x-requested-with", "XMLHttpRequest"), ("accept", "text/html, */*;q=0.01")], "/x", Json),
            (&[("x-requested-with", "com.example.browser"), ("accept", CHROME_PAGE)], "/x", Html),
            (&[("upgrade", "websocket"), ("accept", "text/html")], "/x", WebSocket),
            (&[("upgrade", "h2c, WebSocket")], "/x", WebSocket),
            (&[("sec-fetch-dest", "websocket")], "/x", WebSocket),
        ];
        for (lines, path, form) in table {
            assert_eq!(ask(lines, path), *form, "{lines:?} {path}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_fall_back_to_the_path() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_bytes(b"text/\xff").unwrap());
        assert_eq!(wanted(&headers, b"/\xff.\xff"), Wanted::Text);
        assert_eq!(wanted(&headers, b""), Wanted::Text);
    }
}
