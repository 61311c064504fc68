//! A WebSocket that gives every message back (RFC 6455), just large enough for tests.

use super::wire::{Incoming, Request};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::io;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// The answer to a client's key (RFC 6455 section 1.3).
pub fn accept_key(key: &str) -> String {
    base64(digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11").as_bytes()).as_ref())
}

/// Base 64 with padding (RFC 4648 section 4).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = usize::try_from(number >> (18 - 6 * place) & 63).unwrap_or(0);
            text.push(if place <= group.len() { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    text
}

/// Shakes hands and gives messages back until the client is done.
pub async fn echo<S: AsyncRead + AsyncWrite + Unpin>(request: &Request, incoming: &mut Incoming<S>) -> io::Result<()> {
    let key = accept_key(request.field("sec-websocket-key").unwrap_or_default());
    let head =
        format!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {key}\r\n\r\n");
    incoming.stream.write_all(head.as_bytes()).await?;
    loop {
        let head = incoming.exactly(2).await?;
        let mut length = usize::from(head[1] & 127);
        if length == 126 {
            let long = incoming.exactly(2).await?;
            length = usize::from(u16::from_be_bytes([long[0], long[1]]));
        }
        let mask = if head[1] & 128 == 0 { vec![0; 4] } else { incoming.exactly(4).await? };
        let data: Vec<u8> = incoming.exactly(length).await?.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]).collect();
        incoming.stream.write_all(&frame(head[0], &data)).await?;
        if head[0] & 15 == 8 {
            return Ok(());
        }
    }
}

/// A frame from a server: not masked.
fn frame(first: u8, data: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match u8::try_from(data.len()) {
        Ok(length) if length < 126 => out.push(length),
        Ok(_) | Err(_) => {
            out.push(126);
            out.extend_from_slice(&u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    out.extend_from_slice(data);
    out
}
