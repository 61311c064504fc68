//! The sweep and legal holds, against a disk that forgets and a clock that jumps.

mod hand;
mod holds;
mod lines;
mod time;
