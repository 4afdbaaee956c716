"""Consultation days at the schools: when they are, who is there, who has booked a time and what came of it."""
