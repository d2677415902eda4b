"""What people are told: the words that a message may print, the lists, and a case that passes on."""
