"""Tests of the English texts."""
