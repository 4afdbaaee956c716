"""Calendar entries for other people's calendars: iCalendar (RFC 5545, 5546), in Danish time."""
