//! Sends the corpus to a proxy, with a strict origin behind it, and says what went wrong.

use super::strict_answers::{Answers, read};
use super::strict_corpus::{Case, Expect, Step};
use super::strict_origin::{Book, Received, StrictOrigin};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long nothing must come before it counts as all.
const QUIET: Duration = Duration::from_millis(120);
/// How long a refused connection may take to end, and a slow machine to answer.
const PATIENCE: Duration = Duration::from_secs(10);
const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Runs all cases against the proxy at this address, several at a time; the failures come back in words.
///
/// The proxy must let its requests through to any port of 127.0.0.1, and call itself `pseudonym` in Via.
pub async fn run(cases: Vec<Case>, proxy: SocketAddr, pseudonym: &str) -> Vec<String> {
    let gate = Arc::new(tokio::sync::Semaphore::new(24));
    let tasks: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let (gate, pseudonym) = (Arc::clone(&gate), pseudonym.to_owned());
            tokio::spawn(async move {
                let _turn = gate.acquire().await;
                let result = one(&case, proxy, &pseudonym).await;
                result.err().map(|why| format!("{} / {}: {why}", case.group, case.name))
            })
        })
        .collect();
    let mut failures = Vec::new();
    for task in tasks {
        failures.extend(task.await.unwrap_or_else(|error| Some(format!("a case broke off: {error}"))));
    }
    failures
}

/// What a client saw.
struct Seen {
    bytes: Vec<u8>,
    ended: bool,
}

async fn one(case: &Case, proxy: SocketAddr, pseudonym: &str) -> Result<(), String> {
    let origin = StrictOrigin::start(case.answer.as_deref().unwrap_or(PLAIN), case.closes).await;
    let seen = talk(case, proxy, &origin, pseudonym).await.map_err(|error| format!("the client failed: {error}"))?;
    let book = origin.take();
    let answers = read(&seen.bytes, case.bodiless, seen.ended);
    let verdict = judge(case, &book, &answers, &seen, &origin.address.to_string());
    verdict.map_err(|why| {
        format!("{why}\n    client got {:?}\n    origin got {book:?}", String::from_utf8_lossy(&seen.bytes[..seen.bytes.len().min(600)]))
    })
}

async fn talk(case: &Case, proxy: SocketAddr, origin: &StrictOrigin, pseudonym: &str) -> std::io::Result<Seen> {
    let mut stream = TcpStream::connect(proxy).await?;
    let mut seen = Seen { bytes: Vec::new(), ended: false };
    for step in &case.steps {
        match step {
            Step::Send(bytes) => {
                let bytes = replace(bytes, b"{O}", origin.address.to_string().as_bytes());
                // A proxy that refuses early may close before all has been sent: that is for the judge to see.
                let _sent = stream.write_all(&replace(&bytes, b"{V}", pseudonym.as_bytes())).await;
            }
            Step::Await(text) => wait(&mut stream, &mut seen, PATIENCE, |bytes| contains(bytes, text.as_bytes())).await,
            Step::End => stream.shutdown().await?,
        }
    }
    let enough = |bytes: &[u8]| match &case.expect {
        Expect::Forwarded(count, _) => read(bytes, case.bodiless, false).finals.iter().filter(|answer| answer.whole).count() >= *count,
        Expect::Answered(..) | Expect::AnsweredOnce(_) => {
            read(bytes, case.bodiless, false).finals.first().is_some_and(|answer| answer.whole)
        }
        Expect::Tunnelled(text) => contains(bytes, text.as_bytes()),
        Expect::StrictOrRefused => !read(bytes, case.bodiless, false).finals.is_empty(),
        Expect::Refused(..) | Expect::RefusedAs(_) | Expect::Cut | Expect::BadGateway | Expect::Truncated => false,
    };
    let bad_gateway = matches!(case.expect, Expect::BadGateway | Expect::Truncated);
    wait(&mut stream, &mut seen, PATIENCE, |bytes| enough(bytes) || (bad_gateway && contains(bytes, b" 502 "))).await;
    // Whatever else comes is too much, and must be seen.
    if !seen.ended {
        wait(&mut stream, &mut seen, QUIET, |_| false).await;
    }
    Ok(seen)
}

async fn wait(stream: &mut TcpStream, seen: &mut Seen, patience: Duration, enough: impl Fn(&[u8]) -> bool) {
    let reading = async {
        while !enough(&seen.bytes) {
            match stream.read_buf(&mut seen.bytes).await {
                Ok(count) if count > 0 => {}
                Ok(_) | Err(_) => {
                    seen.ended = true;
                    return;
                }
            }
        }
    };
    let _timed_out = tokio::time::timeout(patience, reading).await;
}

/// With every `from` made a `to`.
pub fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(place) = rest.windows(from.len()).position(|window| window == from) {
        result.extend_from_slice(&rest[..place]);
        result.extend_from_slice(to);
        rest = &rest[place + from.len()..];
    }
    result.extend_from_slice(rest);
    result
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn judge(case: &Case, book: &Book, answers: &Answers, seen: &Seen, origin: &str) -> Result<(), String> {
    if !book.wrong.is_empty() {
        return Err("the origin got bytes that are not strict".into());
    }
    if matches!(case.expect, Expect::Tunnelled(_)) {
        return judge_tunnel(case, answers, seen);
    }
    if let Some(why) = &answers.wrong {
        return Err(format!("the client got an answer that is not strict: {why}"));
    }
    let statuses: Vec<u16> = answers.finals.iter().map(|answer| answer.status).collect();
    let refused = |before: usize, allowed: &dyn Fn(u16) -> bool| {
        let last = statuses.last().copied().unwrap_or(0);
        let good = book.whole.len() == before && statuses.len() == before + 1 && allowed(last) && seen.ended && book.cut == 0;
        if good { Ok(()) } else { Err(format!("not refused: {} forwarded, {statuses:?}, ended {}", book.whole.len(), seen.ended)) }
    };
    match &case.expect {
        Expect::Forwarded(count, lines) => {
            if book.whole.len() != *count || statuses.len() != *count || statuses.iter().any(|status| *status != 200) {
                return Err(format!("not forwarded {count} times: {} and {statuses:?}", book.whole.len()));
            }
            book.whole.last().map_or(Ok(()), |last| check_lines(last, lines, origin))
        }
        Expect::Refused(before, status) => refused(*before, &|last| last == *status),
        Expect::RefusedAs(allowed) => refused(0, &|last| allowed.contains(&last)),
        Expect::Cut => {
            let good = book.whole.is_empty() && seen.ended && statuses.iter().all(|status| *status >= 400);
            if good { Ok(()) } else { Err(format!("not cut: {} whole, {statuses:?}, ended {}", book.whole.len(), seen.ended)) }
        }
        Expect::StrictOrRefused => {
            let forwarded = book.whole.len() == 1 && statuses == [200];
            let refused = book.whole.is_empty() && statuses.len() == 1 && statuses[0] >= 400;
            if forwarded || refused { Ok(()) } else { Err(format!("neither forwarded nor refused: {} and {statuses:?}", book.whole.len())) }
        }
        Expect::Answered(status, body) => judge_answer(answers, *status, Some(body)),
        Expect::AnsweredOnce(status) => judge_answer(answers, *status, None),
        Expect::BadGateway if statuses == [502] => Ok(()),
        Expect::BadGateway => Err(format!("not 502 but {statuses:?}")),
        Expect::Truncated => {
            let visible = statuses == [502] || (seen.ended && answers.finals.iter().all(|answer| !answer.whole));
            if visible { Ok(()) } else { Err(format!("the client cannot see that the answer is not whole: {statuses:?}")) }
        }
        Expect::Tunnelled(_) => Ok(()),
    }
}

fn judge_tunnel(case: &Case, answers: &Answers, seen: &Seen) -> Result<(), String> {
    let switched = answers.finals.first().is_some_and(|answer| answer.status == 101 || answer.status == 200);
    let Expect::Tunnelled(text) = &case.expect else { return Err("not a tunnel".into()) };
    if switched && contains(&seen.bytes, text.as_bytes()) { Ok(()) } else { Err("no tunnel".into()) }
}

fn judge_answer(answers: &Answers, status: u16, body: Option<&str>) -> Result<(), String> {
    let [answer] = &answers.finals[..] else { return Err(format!("{} answers", answers.finals.len())) };
    let body_fits = body.is_none_or(|body| answer.body == body.as_bytes());
    if answer.status == status && answer.whole && body_fits { Ok(()) } else { Err(format!("another answer: {answer:?}")) }
}

fn check_lines(request: &Received, lines: &[&str], origin: &str) -> Result<(), String> {
    for line in lines {
        let line = line.replace("{O}", origin);
        let fits = match (line.strip_prefix('!'), line.split_once(": ")) {
            (Some(absent), _) => request.field(absent).is_none(),
            (None, Some(("body", body))) => request.body == body.as_bytes(),
            (None, Some(("target", target))) => request.target == target,
            (None, Some((name, value))) => request.field(name) == Some(value),
            (None, None) => request.field(&line).is_some(),
        };
        if !fits {
            return Err(format!("the request that left does not fit {line:?}"));
        }
    }
    Ok(())
}
