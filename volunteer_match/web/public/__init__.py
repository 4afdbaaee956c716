"""Pages for visitors: the front page, signing up, signing in."""
