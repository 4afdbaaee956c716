"""The forms of this audience’s pages."""
