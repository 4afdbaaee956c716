"""Pages of contact persons."""
