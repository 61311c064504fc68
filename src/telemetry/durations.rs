//! A histogram of durations that costs two atomic additions on the hot path, in whole nanoseconds.
//!
//! The one of the metrics library walks its buckets in floating point and takes turns between two shards, about 70 ns each
//! time; a verdict may take 1,000. A scrape that meets an addition may see its bucket before its sum: never the reverse of
//! counting, only one observation late.

use super::metrics::options;
use prometheus::Registry;
use prometheus::core::{Collector, Desc, Describer};
use prometheus::proto::{Bucket, Histogram, Metric, MetricFamily, MetricType};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts durations by size.
#[derive(Clone, Debug)]
pub(super) struct Durations(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    desc: Desc,
    /// Upper bounds in nanoseconds, rising.
    bounds: Box<[u64]>,
    /// One more than bounds: the last holds what lies above them all.
    counts: Box<[AtomicU64]>,
    nanos: AtomicU64,
}

impl Durations {
    /// Registers a histogram with these upper bounds in nanoseconds, rising.
    pub(super) fn new(registry: &Registry, name: &str, help: &str, bounds: &[u64]) -> Self {
        let desc = options(name, help).describe().expect("constant name");
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        let durations = Self(Arc::new(Counts { desc, bounds: bounds.into(), counts, nanos: AtomicU64::new(0) }));
        super::metrics::keep(registry, durations)
    }

    /// One more.
    pub(super) fn observe(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let place = self.0.bounds.partition_point(|&bound| bound < nanos);
        self.0.counts[place].fetch_add(1, Ordering::Relaxed);
        self.0.nanos.fetch_add(nanos, Ordering::Relaxed);
    }
}

impl Collector for Durations {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0.desc]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut total = 0;
        let mut buckets = Vec::with_capacity(self.0.bounds.len());
        for (count, bound) in self.0.counts.iter().zip(&self.0.bounds) {
            total += count.load(Ordering::Relaxed);
            let mut bucket = Bucket::default();
            bucket.set_cumulative_count(total);
            bucket.set_upper_bound(*bound as f64 / 1e9);
            buckets.push(bucket);
        }
        total += self.0.counts.last().map_or(0, |above| above.load(Ordering::Relaxed));
        let mut histogram = Histogram::default();
        histogram.set_bucket(buckets);
        histogram.set_sample_count(total);
        histogram.set_sample_sum(self.0.nanos.load(Ordering::Relaxed) as f64 / 1e9);
        vec![family(&self.0.desc, histogram)]
    }
}

fn family(desc: &Desc, histogram: Histogram) -> MetricFamily {
    let mut metric = Metric::default();
    metric.set_histogram(histogram);
    let mut family = MetricFamily::default();
    family.set_name(desc.fq_name.clone());
    family.set_help(desc.help.clone());
    family.set_field_type(MetricType::HISTOGRAM);
    family.set_metric(vec![metric]);
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_counts_in_its_bucket_and_in_all_above() {
        let registry = Registry::new();
        let durations = Durations::new(&registry, "sample_seconds", "A sample.", &[1_000, 1_000_000]);
        for nanos in [0, 1_000, 1_001, 5_000_000_000] {
            durations.observe(Duration::from_nanos(nanos));
        }
        let mut text = Vec::new();
        prometheus::Encoder::encode(&prometheus::TextEncoder::new(), &registry.gather(), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        for line in [
            "# TYPE lifeguard_sample_seconds histogram",
            "lifeguard_sample_seconds_bucket{le=\"0.000001\"} 2",
            "lifeguard_sample_seconds_bucket{le=\"0.001\"} 3",
            "lifeguard_sample_seconds_bucket{le=\"+Inf\"} 4",
            "lifeguard_sample_seconds_sum 5.000002001",
            "lifeguard_sample_seconds_count 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
