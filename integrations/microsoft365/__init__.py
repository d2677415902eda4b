"""Microsoft 365: mail, calendars, the activity feed and the directory of a tenant, by Microsoft Graph."""
