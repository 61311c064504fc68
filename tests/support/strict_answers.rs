//! Reads what a proxy gives back to its client, strictly, and says which answers are whole.

/// One answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// All that was announced has come.
    pub whole: bool,
}

/// All that came on one connection.
#[derive(Debug, Default)]
pub struct Answers {
    /// Final answers, in order.
    pub finals: Vec<Answer>,
    /// Statuses of interim answers.
    pub interims: Vec<u16>,
    /// What is not strict.
    pub wrong: Option<String>,
}

/// Reads everything. `bodiless` says that the requests were HEAD; `ended` that the connection has ended.
pub fn read(bytes: &[u8], bodiless: bool, ended: bool) -> Answers {
    let mut answers = Answers::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        match one(rest, bodiless, ended) {
            Ok(Some((answer, _))) if answer.status < 200 && answer.status != 101 => {
                answers.interims.push(answer.status);
                rest = &rest[find(rest, b"\r\n\r\n").map_or(rest.len(), |end| end + 4)..];
            }
            Ok(Some((answer, length))) => {
                let whole = answer.whole;
                answers.finals.push(answer);
                rest = &rest[length..];
                if !whole {
                    break;
                }
            }
            Ok(None) => break,
            Err(why) => {
                answers.wrong = Some(format!("{why} in {:?}", String::from_utf8_lossy(rest)));
                break;
            }
        }
    }
    answers
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn one(bytes: &[u8], bodiless: bool, ended: bool) -> Result<Option<(Answer, usize)>, String> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        let starts = b"HTTP/1.".starts_with(&bytes[..bytes.len().min(7)]) || bytes.starts_with(b"HTTP/1.");
        return if starts { Ok(None) } else { Err("no answer".to_owned()) };
    };
    let text: String = bytes[..end].iter().copied().map(char::from).collect();
    if text.split("\r\n").any(|line| line.chars().any(|sign| sign.is_ascii_control() && sign != '\t')) {
        return Err("a control in a head".to_owned());
    }
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.1 ").or_else(|| first.strip_prefix("HTTP/1.0 "));
    let status = status.and_then(|rest| rest.get(..3)?.parse().ok()).ok_or_else(|| format!("status line {first:?}"))?;
    let mut answer = Answer { status, whole: true, ..Answer::default() };
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("no colon in {line:?}"))?;
        if name.is_empty() || name.contains([' ', '\t']) {
            return Err(format!("field name {name:?}"));
        }
        answer.fields.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()));
    }
    let length = body(&mut answer, &bytes[end + 4..], bodiless, ended)?;
    Ok(Some((answer, end + 4 + length)))
}

fn body(answer: &mut Answer, rest: &[u8], bodiless: bool, ended: bool) -> Result<usize, String> {
    let all = |name: &str| answer.fields.iter().filter(|field| field.0 == name).map(|field| field.1.clone()).collect::<Vec<_>>();
    let (lengths, codings) = (all("content-length"), all("transfer-encoding"));
    if lengths.len() + codings.len() > 1 {
        return Err(format!("lengths {lengths:?} {codings:?}"));
    }
    if bodiless || answer.status < 200 || matches!(answer.status, 204 | 304) {
        return Ok(0);
    }
    if let Some(length) = lengths.first() {
        let length: usize = length.parse().map_err(|_| format!("length {length:?}"))?;
        let part = length.min(rest.len());
        answer.whole = part == length;
        answer.body = rest[..part].to_vec();
        return Ok(part);
    }
    if codings.is_empty() {
        answer.body = rest.to_vec();
        answer.whole = ended;
        return Ok(rest.len());
    }
    chunks(answer, rest)
}

fn chunks(answer: &mut Answer, rest: &[u8]) -> Result<usize, String> {
    let mut at = 0;
    answer.whole = false;
    loop {
        let Some(end) = find(&rest[at..], b"\r\n") else { return Ok(rest.len()) };
        let size = std::str::from_utf8(&rest[at..at + end]).unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| format!("chunk size {size:?}"))?;
        at += end + 2;
        if size == 0 {
            break;
        }
        let Some(data) = rest.get(at..at + size + 2) else { return Ok(rest.len()) };
        answer.body.extend_from_slice(&data[..size]);
        if &data[size..] != b"\r\n" {
            return Err("no CRLF behind a chunk".to_owned());
        }
        at += size + 2;
    }
    loop {
        let Some(end) = find(&rest[at..], b"\r\n") else { return Ok(rest.len()) };
        at += end + 2;
        if end == 0 {
            answer.whole = true;
            return Ok(at);
        }
    }
}
