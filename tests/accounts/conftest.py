from tests.stubs.rigs import allow, chat_room, pushes, twilio, webhook  # noqa: F401
