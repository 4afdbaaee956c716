"""Tests of what surrounds the app."""
