"""Whole stories, without a browser, on both databases, with mails through a real server."""
