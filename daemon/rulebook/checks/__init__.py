"""What is asked of rules that can all be read: whom they reach, what they expect, what changes lost."""
