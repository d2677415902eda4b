"""Mail handed to any SMTP server."""
