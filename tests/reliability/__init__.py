"""What must hold when processes die, databases go away and clocks are wrong."""
