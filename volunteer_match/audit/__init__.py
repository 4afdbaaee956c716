"""The append-only trail of who did or read what, when and why."""
