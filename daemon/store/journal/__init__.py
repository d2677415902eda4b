"""What was decided and why, in a chain that shows whether it was changed."""
