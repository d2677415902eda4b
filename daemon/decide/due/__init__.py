"""When something is due: deadlines, the rungs of its ladder, and an office that is open or shut."""
