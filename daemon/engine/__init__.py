"""The line: stations that touch the world, one a file, one public method each."""
