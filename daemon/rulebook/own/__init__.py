"""What an authority settles for itself, and how it changes a pack."""
