"""The Standard Safeguarding Dataset: its tables, and what their rows say of a case."""
