"""What every audience's pages share."""
