"""Facts about reaching people. Sent inside the transaction that makes them true."""

from django.dispatch import Signal

# message: accounts.Message, at: datetime. No way is left to reach the person for this message.
message_failed = Signal()
