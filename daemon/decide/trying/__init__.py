"""What would be told, and when: rules tried on records, with nothing sent and nothing stored."""
