"""The live stream's own small process, served by uvicorn. It answers `/stream/` and nothing else; pages and
API are WSGI, because a stream that held a Django thread and a connection each would starve them."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.stream import application  # noqa: E402  Django has to be set up first

__all__ = ["application"]
