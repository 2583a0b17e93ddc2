"""What every template may know about the request."""

from django.conf import settings


def console(request):
    return {
        "subject": getattr(request, "subject", None),
        "stream_url": settings.STREAM_URL,
        "environment": settings.ENVIRONMENT,
    }
