"""Tests of the commands of `flask`."""
