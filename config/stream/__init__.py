"""The live stream: one small process that tells open browsers what to ask for again. `sight` decides who hears
of what, `hub` hands it round, `presence` knows who is in which room, `route` speaks HTTP."""

from config.stream.route import application

__all__ = ["application"]
