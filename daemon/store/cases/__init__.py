"""What the feeds show, case by case, and what people say of a case."""
