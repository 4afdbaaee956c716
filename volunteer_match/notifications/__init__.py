"""Mail: what is said, the outbox and its delivery."""
