//! Every metric there is, as a field with a type: a wrong name does not compile (prometheus.io/docs/practices/naming).
//!
//! What a request touches is resolved before the first request: no look-up by label and no lock on its way.

use super::accreditation::AccreditationMetrics;
use super::fetches::FetchMetrics;
use super::parts::{CategoryCounters, ListGauges, LogMetrics, RequestMetrics};
use super::seen::{GroupSights, Sights};
use super::shares::ShareMetrics;
use super::sign_in::SignInMetrics;
use crate::lists::Freshness;
use crate::model::{Reason, Timestamp, VerdictKind};
use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder, Gauge, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder};
use std::sync::{Mutex, PoisonError};

/// All metrics of one process. Share it by `Arc`.
#[derive(Debug)]
pub struct Metrics {
    /// What a request touches.
    pub requests: RequestMetrics,
    /// What the log's writer touches.
    pub log: LogMetrics,
    /// Fetches of lists.
    pub fetches: FetchMetrics,
    /// What came of signing in.
    pub sign_in: SignInMetrics,
    /// `lifeguard_connections`: client connections open now.
    pub connections: IntGauge,
    /// `lifeguard_connections_total`: client connections accepted since the start.
    pub connections_total: IntCounter,
    /// `lifeguard_connections_shed_total`: client connections turned away because there were too many.
    pub connections_shed: IntCounter,
    /// `lifeguard_client_certificates_refused_total`: clients whose own certificate was refused at a listener that asks for one.
    pub client_certificates_refused: IntCounter,
    /// `lifeguard_certificate_refused_total`: handshakes that a client ended because it does not trust our certificate.
    pub certificate_refused: IntCounter,
    /// `lifeguard_certificate_accepted_total`: handshakes in which a client took our certificate.
    pub certificate_accepted: IntCounter,
    /// `lifeguard_https_passed`: hosts that are let through unopened now.
    pub https_passed: IntGauge,
    /// `lifeguard_tunnel_steady_total`: tunnels that were open for long and carried as much up as down.
    pub tunnels_steady: IntCounter,
    /// `lifeguard_tunnel_cut_total`: tunnels that were cut while they were open, because they had been closed.
    pub tunnels_cut: IntCounter,
    /// `lifeguard_queue_refused_total`: what people told staff and could not be kept: they were told to talk to staff.
    pub queue_refused: IntCounter,
    /// `lifeguard_passed_unopened_total`: tunnels that policy wanted opened and that went through unopened, because the client
    /// refuses our certificate or the origin asks for one of the client's.
    pub passed_unopened: IntCounter,
    /// `lifeguard_coverage_gaps_total`: tunnels to hosts with single statutory pages that went through unopened (standards U20).
    pub coverage_gaps: IntCounter,
    /// `lifeguard_hosts_overblocked_total`: such tunnels that were blocked, with all that is not listed on the host.
    pub hosts_overblocked: IntCounter,
    /// Accreditation.
    pub accreditation: AccreditationMetrics,
    /// Fair shares.
    pub shares: ShareMetrics,
    /// `lifeguard_files_refused_total`: answers (and bodies of requests) not passed on, or cut, for their kind or their size.
    pub files_refused: IntCounter,
    /// `lifeguard_authority_left_seconds`: until the authority for opened HTTPS lapses; 0 where there is none.
    pub authority_left: IntGauge,
    /// `lifeguard_list_compilations_total`: how often all lists were compiled anew since the start.
    pub list_compilations: IntCounter,
    /// `lifeguard_panics_total`: faults of ours that ended one request. Anything above zero deserves an alarm.
    pub panics: IntCounter,
    pub(super) registry: Registry,
    blocked: IntCounterVec,
    sights: Sights,
    foreign: IntCounterVec,
    restricted: IntGaugeVec,
    lists: ListGauges,
    reload_successful: IntGauge,
    reload_time: Gauge,
    generation: IntGauge,
    scrape: Mutex<()>,
}

impl Metrics {
    /// Registers everything, the process's own figures (`process_*`) included.
    ///
    /// # Panics
    /// Never: the names are constants, and a test registers them all.
    #[must_use]
    pub fn new() -> Self {
        let registry = Registry::new();
        build_info(&registry);
        let blocked = IntCounterVec::new(options("blocked_total", "Requests blocked, by the category that decided."), &["category"]);
        Self {
            requests: RequestMetrics::new(&registry),
            log: LogMetrics::new(&registry),
            fetches: FetchMetrics::new(&registry),
            sign_in: SignInMetrics::new(&registry),
            connections: gauge(&registry, "connections", "Client connections open now."),
            connections_total: counter(&registry, "connections_total", "Client connections accepted."),
            client_certificates_refused: client_certificates_refused(&registry),
            connections_shed: counter(&registry, "connections_shed_total", "Client connections turned away because there were too many."),
            certificate_refused: counter(
                &registry,
                "certificate_refused_total",
                "Handshakes ended by clients that do not trust our certificate.",
            ),
            certificate_accepted: counter(&registry, "certificate_accepted_total", "Handshakes in which a client took our certificate."),
            https_passed: gauge(&registry, "https_passed", "Hosts that are let through unopened now although policy would open them."),
            sights: Sights::new(&registry),
            tunnels_steady: tunnels_steady(&registry),
            tunnels_cut: counter(&registry, "tunnel_cut_total", "Open tunnels that were cut because they had been closed."),
            foreign: foreign(&registry),
            restricted: restricted(&registry),
            queue_refused: queue_refused(&registry),
            passed_unopened: counter(
                &registry,
                "passed_unopened_total",
                "Tunnels let through unopened: the client pins a certificate, or the origin asks for the client's.",
            ),
            coverage_gaps: counter(&registry, "coverage_gaps_total", "Unopened tunnels to hosts with single statutory pages, let through."),
            hosts_overblocked: counter(&registry, "hosts_overblocked_total", "Such tunnels blocked: the whole host, for some pages."),
            accreditation: AccreditationMetrics::new(&registry),
            shares: ShareMetrics::new(&registry),
            files_refused: counter(&registry, "files_refused_total", "Files not passed on, or cut, for their kind or their size."),
            authority_left: gauge(&registry, "authority_left_seconds", "Until the authority for opened HTTPS lapses; 0: there is none."),
            list_compilations: counter(&registry, "list_compilations_total", "How often all lists were compiled anew."),
            panics: counter(&registry, "panics_total", "Faults of the program that ended one request."),
            blocked: keep(&registry, blocked.expect("constant name")),
            lists: ListGauges::new(&registry),
            reload_successful: gauge(&registry, "config_last_reload_successful", "1 if the last load of configuration and lists worked."),
            reload_time: reload_time(&registry),
            generation: gauge(&registry, "engine_generation", "Engines published since the start."),
            registry,
            scrape: Mutex::new(()),
        }
    }

    /// The counters of `blocked_total` for the categories of one image, by their number.
    #[must_use]
    pub fn categories<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> CategoryCounters {
        CategoryCounters::new(names.into_iter().map(|name| self.blocked.with_label_values(&[name])).collect())
    }

    /// The counters of `https_total` of one group.
    #[must_use]
    pub fn sights(&self, group: &str) -> GroupSights {
        self.sights.of(group)
    }

    /// Something that is neither TLS nor HTTP was spoken in a tunnel: how the protocol that was recognised is called. It happens seldom.
    pub fn foreign_tunnel(&self, protocol: &str) {
        self.foreign.with_label_values(&[protocol]).inc();
    }

    /// Names of restricted search, and whether each led to an address; those of the last look are forgotten.
    pub fn set_restricted<'n>(&self, names: impl IntoIterator<Item = (&'n str, bool)>) {
        self.restricted.reset();
        for (name, resolves) in names {
            self.restricted.with_label_values(&[name]).set(i64::from(resolves));
        }
    }

    /// The lists of the engine that is live now; those of the last one are forgotten.
    pub fn set_lists<'n>(&self, lists: impl IntoIterator<Item = (&'n str, u64, u64, Timestamp)>) {
        let _between = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        self.lists.set(lists.into_iter().map(|(name, entries, rejected, as_of)| (name.to_owned(), entries, rejected, as_of)).collect());
    }

    /// Of every list whose age is known, whether it is as new as it has to be; those of the last call are forgotten.
    pub fn set_freshness<'n>(&self, lists: impl IntoIterator<Item = (&'n str, Freshness)>) {
        let _between = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        self.lists.set_freshness(lists.into_iter());
    }

    /// A load of configuration and lists worked: this generation is live.
    pub fn reloaded(&self, generation: u64, at: Timestamp) {
        self.reload_successful.set(1);
        self.reload_time.set(at.0 as f64 / 1e6);
        self.generation.set(i64::try_from(generation).unwrap_or(i64::MAX));
    }

    /// A load failed; the last good state stays.
    pub fn reload_failed(&self) {
        self.reload_successful.set(0);
    }

    /// Everything in Prometheus' text format 0.0.4, with ages as of now.
    #[must_use]
    pub fn text(&self, now: Timestamp) -> Vec<u8> {
        // One scrape at a time: the process figures are read from the system, and ages must belong to this moment.
        let _one = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        self.lists.age(now);
        let mut text = Vec::with_capacity(16 * 1024);
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics cannot be written as text");
        }
        text
    }

    /// Media type of [`Metrics::text`].
    pub const MEDIA_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// The process's own figures, and which build it is.
fn build_info(registry: &Registry) {
    registry.register(Box::new(ProcessCollector::for_self())).expect("a new registry");
    let build = IntGaugeVec::new(options("build_info", "The build that runs; always 1."), &["version"]).expect("constant name");
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
    keep(registry, build);
}

fn queue_refused(registry: &Registry) -> IntCounter {
    counter(registry, "queue_refused_total", "What people told staff and could not be kept; they were told to talk to staff.")
}

fn tunnels_steady(registry: &Registry) -> IntCounter {
    counter(registry, "tunnel_steady_total", "Tunnels that were open for long and carried about as much up as down.")
}

fn client_certificates_refused(registry: &Registry) -> IntCounter {
    let help = "Clients whose own certificate was refused at a listener that asks for one.";
    counter(registry, "client_certificates_refused_total", help)
}

fn reload_time(registry: &Registry) -> Gauge {
    let options = options("config_last_reload_success_timestamp_seconds", "When a load last worked.");
    keep(registry, Gauge::with_opts(options).expect("constant name"))
}

fn foreign(registry: &Registry) -> IntCounterVec {
    let help = "Tunnels in which neither TLS nor HTTP was spoken, by the protocol that was recognised.";
    keep(registry, IntCounterVec::new(options("tunnel_foreign_total", help), &["protocol"]).expect("constant name"))
}

fn restricted(registry: &Registry) -> IntGaugeVec {
    let help = "1 if this name of restricted search led to an address when it was looked at last.";
    keep(registry, IntGaugeVec::new(options("restricted_name_resolves", help), &["name"]).expect("constant name"))
}

/// Name and help text under our prefix.
pub(super) fn options(name: &str, help: &str) -> Opts {
    Opts::new(format!("lifeguard_{name}"), help)
}

/// Registers a metric and hands it back.
pub(super) fn keep<C: Collector + Clone + 'static>(registry: &Registry, metric: C) -> C {
    registry.register(Box::new(metric.clone())).expect("every name is registered once");
    metric
}

/// A registered counter.
pub(super) fn counter(registry: &Registry, name: &str, help: &str) -> IntCounter {
    keep(registry, IntCounter::with_opts(options(name, help)).expect("constant name"))
}

/// A registered gauge.
pub(super) fn gauge(registry: &Registry, name: &str, help: &str) -> IntGauge {
    keep(registry, IntGauge::with_opts(options(name, help)).expect("constant name"))
}

/// One counter per reason, by the reason's number.
pub(super) fn by_reason(mut make: impl FnMut(Reason, VerdictKind) -> IntCounter) -> Box<[IntCounter]> {
    let highest = Reason::ALL.iter().map(|&reason| reason as usize).max().unwrap_or(0);
    let spare = IntCounter::new("spare", "unused number").expect("constant name");
    let mut all = vec![spare; highest + 1];
    for &reason in Reason::ALL {
        all[reason as usize] = make(reason, reason.kind());
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CategoryId;
    use crate::telemetry::Asked;
    use std::time::Duration;

    fn text(metrics: &Metrics, seconds: i64) -> String {
        String::from_utf8(metrics.text(Timestamp::from_seconds(seconds))).unwrap()
    }

    #[test]
    fn what_happened_is_counted_under_its_labels() {
        let metrics = Metrics::new();
        metrics.requests.begun();
        metrics.requests.decided(Asked::Http, Reason::Category, Duration::from_nanos(700));
        metrics.requests.ended(Duration::from_millis(3), 10, 2000);
        metrics.requests.decided(Asked::Connect, Reason::Allowed, Duration::from_nanos(300));
        metrics.requests.upstream_error(Reason::OriginTooSlow);
        metrics.requests.upstream_error(Reason::Category);
        let categories = metrics.categories(["adult", "gambling"]);
        categories.blocked(CategoryId(1));
        categories.blocked(CategoryId(200));
        metrics.log.records.inc();
        metrics.reloaded(2, Timestamp::from_seconds(1000));
        let text = text(&metrics, 1000);
        for line in [
            "lifeguard_requests_total{reason=\"category\",scheme=\"http\",verdict=\"block\"} 1",
            "lifeguard_requests_total{reason=\"allowed\",scheme=\"connect\",verdict=\"allow\"} 1",
            "lifeguard_requests_total{reason=\"allowed\",scheme=\"http\",verdict=\"allow\"} 0",
            "lifeguard_upstream_errors_total{reason=\"origin-too-slow\"} 1",
            "lifeguard_blocked_total{category=\"gambling\"} 1",
            "lifeguard_blocked_total{category=\"adult\"} 0",
            "lifeguard_decision_duration_seconds_bucket{le=\"0.0000005\"} 1",
            "lifeguard_request_duration_seconds_count 1",
            "lifeguard_requests_in_flight 0",
            "lifeguard_sent_bytes_total 2000",
            "lifeguard_log_records_total 1",
            "lifeguard_engine_generation 2",
            "lifeguard_config_last_reload_successful 1",
            "lifeguard_config_last_reload_success_timestamp_seconds 1000",
            concat!("lifeguard_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("upstream_errors_total{reason=\"category\"}"));
        assert!(text.contains("process_resident_memory_bytes "));
    }

    #[test]
    fn lists_grow_older_and_the_last_engines_lists_are_forgotten() {
        let metrics = Metrics::new();
        metrics.set_lists([("old", 5, 1, Timestamp::from_seconds(0))]);
        metrics.set_lists([("adult", 100, 3, Timestamp::from_seconds(400))]);
        let text = text(&metrics, 1000);
        assert!(text.contains("lifeguard_list_age_seconds{list=\"adult\"} 600\n"), "{text}");
        assert!(text.contains("lifeguard_list_entries{list=\"adult\"} 100\n"));
        assert!(text.contains("lifeguard_list_rejected_lines{list=\"adult\"} 3\n"));
        assert!(!text.contains("\"old\""));
    }

    #[test]
    fn names_follow_the_conventions() {
        let metrics = Metrics::new();
        metrics.foreign_tunnel("ssh");
        metrics.set_restricted([("a.test", true)]);
        for family in metrics.registry.gather() {
            let (name, counter) = (family.name(), family.get_field_type() == prometheus::proto::MetricType::COUNTER);
            assert!(name.starts_with("lifeguard_") || name.starts_with("process_"), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert!(!family.help().is_empty(), "{name}");
            assert_eq!(counter, name.ends_with("_total"), "{name}");
            for metric in family.get_metric() {
                for label in metric.get_label() {
                    assert!(
                        [
                            "verdict", "reason", "scheme", "category", "list", "version", "group", "seen", "protocol", "name", "source",
                            "result"
                        ]
                        .contains(&label.name()),
                        "{name}"
                    );
                }
            }
        }
    }
}
