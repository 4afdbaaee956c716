"""Events: planned, invited to, answered, filled from a waiting list."""
