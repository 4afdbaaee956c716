"""Tests of the words the whole house shares."""
