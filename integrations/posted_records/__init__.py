"""Records that another system posts to us, signed with a secret that we share: a feed that nobody polls."""
