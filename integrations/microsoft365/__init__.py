"""Microsoft 365: mail, calendars, the activity feed, the directory and the diary of a tenant, by Microsoft Graph."""
