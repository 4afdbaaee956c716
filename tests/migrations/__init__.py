"""Tests of the numbered migrations."""
