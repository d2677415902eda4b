"""Microsoft 365 as a council's tenant has it, on this machine: for tests and for the demo."""
