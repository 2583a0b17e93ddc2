"""The processes that make the console, as commands; compose starts the same."""

from pathlib import Path

from devstack.environment import PYTHON

GUNICORN = (
    "-m gunicorn config.wsgi:application --worker-class gthread --workers 1 --threads 8 "
    "--graceful-timeout 1 --timeout 60 --no-control-socket --log-level warning"
)
UVICORN = (
    "-m uvicorn config.asgi:application --host 127.0.0.1 --log-level warning --no-access-log "
    "--timeout-graceful-shutdown 1"
)
WORKER = (
    "-m celery -A config worker --pool threads --concurrency 8 "
    "--queues nudges,email,sms,voice,push,webhook,chat --loglevel warning --without-gossip --without-mingle"
)
BEAT = "-m celery -A config beat --loglevel warning"
SCHEDULE = "celerybeat-schedule"  # beat's memory of when it last ran; worth nothing after a restart


def processes(state: Path, port: int, stream_port: int) -> dict[str, list[str]]:
    """Name → command, the first to be useful first."""
    return {
        "web": [str(PYTHON), *GUNICORN.split(), "--bind", f"127.0.0.1:{port}"],
        "worker": [str(PYTHON), *WORKER.split()],
        "watchdog": [str(PYTHON), "manage.py", "watchdog"],
        "scheduler": [str(PYTHON), *BEAT.split(), "--schedule", str(state / SCHEDULE)],
        "stream": [str(PYTHON), *UVICORN.split(), "--port", str(stream_port)],
    }
