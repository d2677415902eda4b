"""What tests stand on: contract suites for the ports, and outside systems of our own."""
