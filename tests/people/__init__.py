"""Staff, sessions and throttling."""
