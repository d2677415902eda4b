"""What is different between two editions, in words."""
