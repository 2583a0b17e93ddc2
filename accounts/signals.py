"""Facts about reaching people. Sent inside the transaction that makes them true."""

from django.dispatch import Signal

# message: accounts.Message, at: datetime, because: "unreachable" (no way is left to reach the person) or
# "withheld" (whoever sent it objected at the last moment).
message_failed = Signal()
# message: accounts.Message, at: datetime. One of its attempts is about to be recorded as failed: whoever will act on
# `message_failed` locks their own rows now, before ours are.
message_failing = Signal()
