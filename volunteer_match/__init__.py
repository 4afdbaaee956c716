"""Varige Spor: matches what local people can offer with what a child needs."""
