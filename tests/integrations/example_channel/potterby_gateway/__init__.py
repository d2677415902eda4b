"""Potterby's gateway for secure mail: it takes a whole mail by HTTPS, and knows each by a name that we give it."""
