"""What people get to see, as pictures."""
