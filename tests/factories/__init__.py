"""People, offers, families and matches for tests, made only through the rules themselves."""
