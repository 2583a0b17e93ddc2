"""Parsing and validating what people enter about incidents. Nothing here writes."""
