"""What IT writes in one TOML file, table by table, and what is wrong with it."""
