"""A verb's further forms, one file each, named by the verb; and the words that two forms of it share."""
