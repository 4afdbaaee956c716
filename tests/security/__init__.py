"""What the whole application promises about safety, whoever wrote which page."""
