"""Cases, needs and the family’s consent."""
