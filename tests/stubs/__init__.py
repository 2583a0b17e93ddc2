"""Stand-ins for the providers: real HTTP on loopback, in a thread of a test or as processes of their own
(`python -m tests.stubs.twilio --port 9101`). How each behaves is commanded, also while it runs."""
