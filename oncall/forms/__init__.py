"""Parsing and validating what people ask of rosters and enter about them. Nothing here writes."""
