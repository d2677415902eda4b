"""What a record shows of conferences: which attempt of which enquiry, who came, what was raised over it."""
