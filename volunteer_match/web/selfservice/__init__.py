"""Pages for contact persons who hold an e-mailed link."""
