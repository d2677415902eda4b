"""What messages say: templates in a sandbox, who reads them, and words for rungs and papers."""
