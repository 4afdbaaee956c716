"""Who offers help, what they offer, their consent and certificates."""
