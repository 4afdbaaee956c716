"""The organisations package."""
