"""Commands of `flask`: a person at a terminal."""
