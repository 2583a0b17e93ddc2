"""Pages and API, served by gunicorn."""

import os
from io import BytesIO

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# One byte more than anything we take, so that what is too large is still found to be.
MOST_CHUNKED_BYTES = 1024 * 1024 + 1


def measured(application):
    """Give a chunked body its length: Django reads only what a Content-Length announces, and an alert sent in
    chunks would look empty. The server has already undone the chunks and ends the stream."""

    def measuring(environ, start_response):
        if environ.get("wsgi.input_terminated") and "CONTENT_LENGTH" not in environ:
            body = environ["wsgi.input"].read(MOST_CHUNKED_BYTES)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return measuring


application = measured(get_wsgi_application())
