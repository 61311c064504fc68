//! Metrics with names as types, and tracing for operations.
