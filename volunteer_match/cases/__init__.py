"""Cases, needs, the family's consent and the caseworker's tasks."""
