# One image for every process of the console; docker-compose.yml says which is which.
FROM python:3.13-slim-bookworm AS installed
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --no-binary http-ece -r /tmp/runtime.txt

FROM python:3.13-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=config.settings
RUN useradd --system --no-create-home --shell /usr/sbin/nologin watchfloor
COPY --from=installed /venv /venv
WORKDIR /srv/watchfloor
COPY . .
# Collecting reads settings and no secret; the values below exist in this step only.
RUN SECRET_KEY=only-to-collect-static-files-never-at-run-time-0000000000 \
    BASE_URL=https://localhost ALLOWED_HOSTS=localhost \
    python manage.py collectstatic --noinput --verbosity 0
USER watchfloor
EXPOSE 8000
