"""Who is told: from roles and a staff directory to people, and who must never know."""
