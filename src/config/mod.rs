//! Settings in two stages: what was written (raw, with spans) and what it means (checked).
