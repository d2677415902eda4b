"""Station 6: what people say to us, by a link or signed in."""
