"""Pages for those who approve organisations and offers."""
