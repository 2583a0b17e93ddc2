"""The servers a Django process needs, and the environment that tells it where they are.

A server the caller names (DATABASE_URL, REDIS_URL, EMAIL_URL) is used instead of ours.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devstack import environment, postgres, valkey
from devstack.children import Child, stop_all
from devstack.mailcatcher import MailCatcher
from devstack.places import private
from devstack.ports import free_port


@dataclass
class Services:
    """Starts in the order of need, stops in the reverse; `children` are those of ours that run."""

    state: Path
    secrets: dict[str, str]
    given: Mapping[str, str] = field(default_factory=lambda: os.environ)
    ports: dict[str, int] = field(default_factory=dict)
    cluster: postgres.Cluster | None = None
    mail: MailCatcher | None = None
    urls: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def start(self, *, with_mail: bool = True) -> None:
        """Valkey and the mail catcher come up while Postgres, the slowest, is waited for."""
        private(self.state / "logs")
        cache = self._start_valkey() if "REDIS_URL" not in self.given else None
        if with_mail and "EMAIL_URL" not in self.given:
            self._start_mail()
        if "DATABASE_URL" not in self.given:
            self._start_postgres()
        if cache:
            cache.wait()
        if self.mail:
            self.mail.wait()
        self.urls |= self._given_urls()

    def stop(self, *, within: float = 3.0) -> None:
        stop_all(self.children, within=within)

    def _start_valkey(self) -> valkey.Valkey:
        binary = valkey.find_binary(environment.site_packages())
        port = free_port(self.ports.get("valkey", 0))
        cache = valkey.Valkey(self.state, binary, port, self.secrets["valkey_password"])
        self.children.append(cache.child)
        cache.start()
        self.urls["REDIS_URL"] = cache.url
        self.ports["valkey"] = port
        return cache

    def _start_mail(self) -> None:
        smtp, http = (free_port(self.ports.get(name, 0)) for name in ("smtp", "mail"))
        self.mail = MailCatcher(self.state, smtp, http)
        self.children.append(self.mail.child)
        self.mail.start()
        self.urls["EMAIL_URL"] = f"smtp://127.0.0.1:{smtp}"
        self.ports |= {"smtp": smtp, "mail": http}

    def _start_postgres(self) -> None:
        binaries = postgres.find_binaries(self.state, environment.site_packages())
        self.cluster = postgres.Cluster(self.state, binaries)
        self.children.append(self.cluster.child)
        self.cluster.start()
        self.urls["DATABASE_URL"] = self.cluster.url()
        self.urls["DATABASE_OWNER_URL"] = self.cluster.url(postgres.OWNER)

    def _given_urls(self) -> dict[str, str]:
        names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL")
        given = {name: self.given[name] for name in names if name in self.given}
        if "DATABASE_URL" in given:
            given.setdefault("DATABASE_OWNER_URL", given["DATABASE_URL"])
        return given


def django_environment(state: Path, secrets: dict[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without PG*, which would redirect psycopg2, plus ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets["secret_key"],
        "WATCHFLOOR_ENV": "demo",
        "WATCHFLOOR_DEMO_STATE": str(state),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        "C_FORCE_ROOT": "1",  # Celery warns root away; here root is a choice
        **extra,
    }


def as_owner(env: Mapping[str, str]) -> dict[str, str]:
    """For the commands that change tables."""
    return dict(env) | {"DATABASE_URL": env["DATABASE_OWNER_URL"]}


def manage_command(*arguments: str) -> list[str]:
    return [str(environment.PYTHON), "manage.py", *arguments]


def uncollected(*arguments: str) -> list[str]:
    """The same without the cycle collector, a fifth faster: for what ends soon."""
    return [str(environment.PYTHON), "-m", "devstack.uncollected", *arguments]
