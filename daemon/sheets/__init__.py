"""What the sheets of a conference diary mean, wherever they are kept, and how dropped files are taken."""
