//! The console for people, and `/healthz`, `/readyz`, `/metrics`.
