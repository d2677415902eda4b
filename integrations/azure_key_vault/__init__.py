"""Secrets that an authority keeps in an Azure Key Vault."""
