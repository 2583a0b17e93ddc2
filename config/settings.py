"""Everything that differs between installations comes from the environment (docs/operations.md lists it);
everything else is decided here, once. Production refuses to start on an unsafe value."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import outbound

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# -- Where this runs -------------------------------------------------------------------------------
ENVIRONMENT = env.str("WATCHFLOOR_ENV", "production")
if ENVIRONMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"WATCHFLOOR_ENV is {ENVIRONMENT!r}; use production, demo or test.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", False)  # opens the style guide, and shows errors to whoever meets them
SECRET_KEY = env.str("SECRET_KEY", "" if PRODUCTION else "not-secret-" + "x" * 50)
BASE_URL = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
STREAM_URL = env.str("STREAM_URL", "/stream/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

if PRODUCTION:
    if len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("SECRET_KEY must be set to at least 50 random characters.")
    if not BASE_URL.startswith("https://"):
        raise ImproperlyConfigured("BASE_URL must start with https:// in production.")
    if DEBUG:
        raise ImproperlyConfigured(
            "DEBUG shows settings and data to whoever meets an error; leave it off here."
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts this console answers to, not '*'.")

# -- What is installed -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "accounts",
    "oncall",
    "incidents",
    "escalations",
    "postmortems",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.response_headers",
    "config.middleware.IdleSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.viewer",
    "config.middleware.RoutePolicyMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.console",
            ],
        },
    }
]

# -- Data ------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", "postgres://watchfloor_app@localhost/watchfloor")}
DATABASES["default"] |= {"ENGINE": "django.db.backends.postgresql", "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)  # `?conn_max_age=` in the URL says otherwise
# A process frozen inside a transaction gives its row locks back, so that others take its work over.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c idle_in_transaction_session_timeout=10s"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# After a comma, another broker for the nudges (amqp://); pokes and presence stay with Redis.
REDIS_URL, _comma, BROKER_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0").partition(",")
# The cache holds sign-in throttles. It lives in Postgres so that losing Redis locks nobody out.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# -- Mail ------------------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", "smtp://127.0.0.1:25")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"] or "", _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = bool(_email.get("EMAIL_USE_TLS", False))
EMAIL_USE_SSL = bool(_email.get("EMAIL_USE_SSL", False))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Watchfloor <watchfloor@localhost>")

# -- Other ways out: texts and calls, and where people's own webhooks may lead -----------------------
try:
    OUTBOUND = outbound.read(env.list("OUTBOUND", default=[]))
except outbound.OutboundError as error:
    raise ImproperlyConfigured(f"OUTBOUND cannot be read: {error}") from error
if PRODUCTION and OUTBOUND.twilio and not OUTBOUND.twilio.base.startswith("https://"):
    raise ImproperlyConfigured("OUTBOUND sends texts and calls in the clear; use twilio:// in production.")

# -- People and sign-in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "incidents.backends.VisibilityBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
ACCOUNT_ADAPTER = "accounts.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever is not one of us
ACCOUNT_LOGOUT_ON_GET = False
# Throttled by address, never by account name: a stranger must not be able to lock out whoever is on duty.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail is unique in lower case, by a constraint the check cannot see
    "guardian.W001",  # guardian's backend ignores expiry and profiles; VisibilityBackend answers instead
]

# -- Browser security ------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True  # idle time, not age, ends a session
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failed"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
_stream_origin = STREAM_URL.split("/stream/")[0] or "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", _stream_origin],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
# A report in words is small; the event intake has its own, tighter limit (512 KB).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The sheet of a layer of a thousand people has three fields for each; one that is too long is refused in words.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# -- API -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.Denied"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "accounts.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Described",
    "SCHEMA_COERCE_PATH_PK": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Watchfloor",
    "DESCRIPTION": (
        "Every address asks for `Authorization: Bearer <token>`; a token acts as its person and sees what they see. "
        "Bodies are JSON, times ISO 8601 with an offset, people their e-mail addresses. What goes wrong is told as "
        "problem JSON: a sentence in `detail`, and by field in `errors`. 409 means that a rule, or somebody who was "
        "faster, stands against it."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Fields of one name whose values differ; the schema names each set of values once.
    "ENUM_NAME_OVERRIDES": {
        "OverrideKindEnum": "oncall.models.Override.Kind",
        "SwapStateEnum": "oncall.models.Swap.State",
        "PageStateEnum": "escalations.models.Page.State",
        "HoleKindEnum": "oncall.api.schedules.HOLES",
        "SiteEnum": "accounts.models.Site",
        "ReportStateEnum": "incidents.api.serializers.STATES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.say_who_may",
    ],
}

# -- Words, times ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = "UTC"

# -- Static files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STATIC_ROOT = BASE_DIR / "var" / "static"
    STORAGES = {
        "staticfiles": {"BACKEND": "config.static.HashedFiles"},
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }

# -- Workers ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = BROKER_URL or REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "nudges"
# A queue for each channel, so that one whose provider hangs fills no other.
CHANNELS = ("email", "sms", "voice", "push", "webhook", "chat")
CELERY_TASK_ROUTES = {f"accounts.send_{channel}": {"queue": channel} for channel in CHANNELS}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge that cannot be left is dropped at once: Postgres already knows what is due.
# Asked once more and no third time: left alone, each report waits six seconds for a broker that refuses.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0} | (
    {"connect_timeout": 0.5, "write_timeout": 2}
    if BROKER_URL
    else {
        "socket_connect_timeout": 0.5,
        "socket_timeout": 2,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
)
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": 1.0, "options": {"expires": 2}}
    for name in ("escalations.sweep", "accounts.sweep")
} | {
    name: {"task": name, "schedule": every, "options": {"expires": every}}
    for name, every in (
        ("escalations.report_handled", 10.0),
        ("oncall.keep_watch", 30.0),
        ("oncall.look_ahead", 60.0),
        ("oncall.record_shifts", 300.0),
        ("incidents.forget_calls", 3600.0),
    )
}

# -- Logs: identifiers and outcomes, never titles, texts or addresses --------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_tokens": {"()": "config.logs.WithoutTokens"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]},
        "nobody": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # What Apprise says may name the rooms it writes to; the channel listens, and nobody keeps it.
    "loggers": {"watchfloor": {"level": "INFO"}, "apprise": {"handlers": ["nobody"], "propagate": False}},
}
