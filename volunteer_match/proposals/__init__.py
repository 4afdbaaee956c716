"""From a need to a match: candidates, gates, lifecycle, follow-ups."""
