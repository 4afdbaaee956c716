"""Forms of the admin's pages."""
