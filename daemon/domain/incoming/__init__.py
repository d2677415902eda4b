"""What a mail that came to us says: its parts within bounds, its answers, its reports, and what it is."""
