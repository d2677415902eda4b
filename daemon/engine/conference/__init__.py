"""Station 5: invitations, what comes back of them, and the day itself."""
