//! Differential fuzz: whatever is done to good requests and answers, what leaves the gate passes a parser that shares no
//! code with it (security goal P2).
//!
//! `LIFEGUARD_FUZZ_CASES` sets how many; `LIFEGUARD_FUZZ_SEED` where to start. Each case is made from its number alone.

use crate::strict::strict_answers::read;
use crate::strict::strict_corpus::{Step, corpus};
use crate::strict::strict_origin::{self, Book};
use crate::strict::strict_run::replace;
use crate::strict_mini::{Dial, Line, serve};
use lifeguard::proxy::strict::GateLimits;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Pieces that matter to a parser.
const TOKENS: [&[u8]; 46] = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n\n",
    b"\0",
    b" ",
    b"\t",
    b":",
    b",",
    b";",
    b"=",
    b"\"",
    b"\x0b",
    b"\x85",
    b"\xa0",
    b"\xff",
    b"\x7f",
    b"0",
    b"5",
    b"00000000000000000",
    b"FFFFFFFFFFFFFFFF",
    b"+",
    b"-",
    b"0x",
    b"_",
    b"#",
    b"/",
    b"\\",
    b"@",
    b"*",
    b"chunked",
    b"identity",
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding",
    b"Host: b.test\r\n",
    b"Connection: Upgrade\r\n",
    b"Upgrade: websocket\r\n",
    b"Expect: 100-continue\r\n",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n",
    b"GET / HTTP/1.1\r\n",
    b"HTTP/1.0",
    b"HTTP/1.1",
    b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n",
];

/// A small generator of numbers (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides.max(1)
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let (at, token) = (self.roll(bytes.len() + 1), TOKENS[self.roll(TOKENS.len())]);
        let end = (at + 1 + self.roll(8)).min(bytes.len()).max(at);
        match self.roll(6) {
            0 | 1 => drop(bytes.splice(at..at, token.iter().copied())),
            2 => drop(bytes.splice(at..end, token.iter().copied())),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.extend_from_within(at..end),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.roll(8);
                }
            }
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Dials origins that live in memory, and write in one book.
fn dial_memory(book: Arc<Mutex<Book>>, answer: Vec<u8>, closes: bool) -> Dial {
    Arc::new(move |_: SocketAddr| {
        let (near, far) = tokio::io::duplex(1 << 16);
        tokio::spawn(strict_origin::serve(far, Arc::clone(&book), answer.clone(), closes));
        Box::pin(async move { Ok(Box::new(near) as Box<dyn Line>) })
    })
}

/// Sends bytes through the mini proxy, all in memory; what the client got, and what the origins got.
async fn exchange(input: &[u8], answer: &[u8], closes: bool, limits: &Arc<GateLimits>) -> (Vec<u8>, Book) {
    let book = Arc::new(Mutex::new(Book::default()));
    let (mut client, server) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(serve(server, Arc::clone(limits), dial_memory(Arc::clone(&book), answer.to_vec(), closes), true));
    let _sent = client.write_all(input).await;
    let _ended = client.shutdown().await;
    let mut output = Vec::new();
    let reading = client.read_to_end(&mut output);
    assert!(tokio::time::timeout(Duration::from_secs(20), reading).await.is_ok(), "hangs on {:?}", String::from_utf8_lossy(input));
    drop(client);
    serving.await.expect("the proxy does not break");
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    let book = std::mem::take(&mut *book.lock().expect("not poisoned"));
    (output, book)
}

#[test]
fn whatever_is_done_to_requests_only_strict_ones_leave() {
    let sent = |step: Step| if let Step::Send(bytes) = step { replace(&bytes, b"{O}", b"127.0.0.1:80") } else { Vec::new() };
    let inputs: Vec<Vec<u8>> = corpus()
        .into_iter()
        .map(|case| case.steps.into_iter().flat_map(sent).collect::<Vec<u8>>())
        .filter(|bytes| bytes.len() < 2_000)
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (cases, seed) = (number("LIFEGUARD_FUZZ_CASES", 3_000), number("LIFEGUARD_FUZZ_SEED", 1));
    let (mut forwarded, mut refused) = (0, 0);
    let limits = Arc::new(GateLimits::default());
    for case in seed..seed + cases {
        let mut dice = Dice(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut input = inputs[dice.roll(inputs.len())].clone();
        if dice.roll(4) == 0 {
            input.extend_from_slice(&inputs[dice.roll(inputs.len())]);
        }
        for _ in 0..dice.roll(5) {
            dice.change(&mut input);
        }
        let (output, book) = runtime.block_on(exchange(&input, PLAIN, false, &limits));
        let shown = || {
            format!(
                "case {case}: {:?}\nclient got {:?}\norigin got {book:?}",
                String::from_utf8_lossy(&input),
                String::from_utf8_lossy(&output)
            )
        };
        // What goes through a tunnel is not ours to judge.
        let open = b"x-tunnel: open";
        let tunnelled =
            book.whole.iter().any(|request| request.field("upgrade").is_some()) || output.windows(open.len()).any(|window| window == open);
        if tunnelled {
            continue;
        }
        assert!(book.wrong.is_empty(), "not strict: {}", shown());
        let bodiless = book.whole.iter().any(|request| request.method == "HEAD");
        let answers = read(&output, bodiless, true);
        assert!(bodiless || answers.wrong.is_none(), "{:?} {}", answers.wrong, shown());
        let good = answers.finals.iter().filter(|answer| answer.status == 200).count();
        assert!(bodiless || good >= book.whole.len(), "answers are missing: {}", shown());
        forwarded += book.whole.len();
        refused += answers.finals.iter().filter(|answer| answer.status >= 400).count();
    }
    eprintln!("{cases} cases: {forwarded} requests forwarded, {refused} refused");
    assert!(forwarded > 0 && refused > 0, "{forwarded} forwarded, {refused} refused: nothing was tried");
}

#[test]
fn whatever_is_done_to_answers_only_strict_ones_reach_the_client() {
    let answers: Vec<(Vec<u8>, bool)> = corpus()
        .into_iter()
        .filter_map(|case| case.answer.map(|answer| (answer, case.closes)))
        .filter(|(answer, _)| answer.len() < 2_000)
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (cases, seed) = (number("LIFEGUARD_FUZZ_CASES", 3_000), number("LIFEGUARD_FUZZ_SEED", 1));
    let limits = Arc::new(GateLimits::default());
    let request = b"GET http://127.0.0.1:80/ HTTP/1.1\r\nHost: a.test\r\n\r\n";
    for case in seed..seed + cases {
        let mut dice = Dice(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (mut answer, _) = answers[dice.roll(answers.len())].clone();
        for _ in 0..dice.roll(5) {
            dice.change(&mut answer);
        }
        let (output, book) = runtime.block_on(exchange(request, &answer, true, &limits));
        let seen = read(&output, false, true);
        let shown = || format!("case {case}: {:?}\nclient got {:?}", String::from_utf8_lossy(&answer), String::from_utf8_lossy(&output));
        assert!(seen.wrong.is_none(), "{:?} {}", seen.wrong, shown());
        assert!(seen.finals.len() <= 1, "more answers than requests: {}", shown());
        assert!(book.whole.len() <= 1, "asked twice: {}", shown());
    }
}
