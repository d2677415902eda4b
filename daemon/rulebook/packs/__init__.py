"""A folder of policies compiled, pack by pack: what one takes over, and what carries each clause."""
