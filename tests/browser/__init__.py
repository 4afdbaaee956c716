"""A real Chromium against a running app, with mails from a real SMTP server."""
