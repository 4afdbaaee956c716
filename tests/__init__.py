"""Tests mirror the packages of volunteer_match; what they share lies here."""
