"""What every gateway is made of: columns, statements, rows, and what is said when a database cannot go on."""
