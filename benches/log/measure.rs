//! What the process itself can say about time and memory.

/// Processor seconds of the whole process so far.
pub(crate) fn processor_seconds() -> f64 {
    processor_seconds_in("/proc/self/stat").expect("Linux tells")
}

/// The same of the process or thread with this file. `None`: it has ended.
pub(crate) fn processor_seconds_in(file: &str) -> Option<f64> {
    let stat = std::fs::read_to_string(file).ok()?;
    let after = stat.rsplit_once(')').expect("the name ends").1;
    let fields: Vec<f64> = after.split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // Fields 14 and 15 of the whole line, in hundredths; the state, field 3, is no number.
    Some((fields[10] + fields[11]) / 100.0)
}

/// A line of /proc/self/status in bytes.
pub(crate) fn status_bytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default() * 1024
}
