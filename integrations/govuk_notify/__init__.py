"""E-mail, texts and letters by GOV.UK Notify."""
