"""The twenty rows. Importing this writes them into the book."""

from faults.rows import clocks, crowds, intake, people, providers, senders, servers, steps, sweeping

__all__ = ["clocks", "crowds", "intake", "people", "providers", "senders", "servers", "steps", "sweeping"]
