"""Cards in Microsoft Teams: into a team's channel by a workflow, to a person by a bot."""
