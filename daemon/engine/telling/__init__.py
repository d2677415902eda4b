"""Station 3: who is told what, when and by which way, and what keeps it back."""
