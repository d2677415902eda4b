"""What a file may say: YAML with its lines, sheets, words, phrases, conditions and moments."""
