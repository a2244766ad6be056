//! What the harness found, kept.
