//! One command per file.
pub mod logs;
/// x
pub fn main()->std::process::ExitCode{std::process::ExitCode::SUCCESS}
