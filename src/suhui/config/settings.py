"""Django's settings. Everything a deployment decides comes from the environment (see docs/operating.md)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("SUHUI_HOME", "var")).resolve()
"""Where this installation keeps its data: embedded database, uploads, secret key, logs."""


PREPARED_AFTER = 3
"""A statement asked this often on one line is planned once: planning took a third of a case page's time."""


def database_from_url(url: str) -> dict[str, object]:
    """A Django database entry from a postgresql:// address; query arguments become libpq options."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "suhui",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": PREPARED_AFTER, **query},
    }


def secret_key() -> str:
    """The key from SUHUI_SECRET_KEY, else one made once and kept in the data folder."""
    if key := os.environ.get("SUHUI_SECRET_KEY"):
        return key
    kept = HOME / "secret.key"
    try:
        return kept.read_text()
    except OSError:
        return "not-yet-made: `suhui run` makes a key in the data folder before it serves anything"


DATABASE_URL = os.environ.get("SUHUI_DATABASE_URL", "postgresql:///suhui")
REPLICA_URL = os.environ.get("SUHUI_REPLICA_URL", "")
"""A read-only copy of the database, asked for reports (core.replica)."""
REDIS_URL = os.environ.get("SUHUI_REDIS_URL", "")
DEMO = os.environ.get("SUHUI_DEMO") == "1"
"""True when the demo company is served: one-click entry is offered, and only on 127.0.0.1."""
DEBUG = False
WEBHOOK_HOSTS = {host for host in os.environ.get("SUHUI_WEBHOOK_HOSTS", "").split(",") if host}
"""Hosts inside the private network that webhooks may be sent to, also without TLS."""
WEB_THREADS = int(os.environ.get("SUHUI_WEB_THREADS", "4"))
"""Page threads of one web process. Few are fastest; several, so that one slow query does not hold up the desk."""
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("SUHUI_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("SUHUI_ORIGINS", "").split(",") if origin]

ROOMS = [
    "suhui.demo",
    "suhui.feeds",
    "suhui.screens.workbench",
    "suhui.screens.portal",
    "suhui.screens.setup",
    "suhui.screens.api",
    "suhui.insight.reports",
    "suhui.service.cases",
    "suhui.service.surveys",
    "suhui.contact.conversations",
    "suhui.records.shipments",
    "suhui.records.customers",
    "suhui.engines.tasks",
    "suhui.engines.sla",
    "suhui.engines.rules",
    "suhui.platform.exchange",
    "suhui.platform.webhooks",
    "suhui.platform.organisation",
    "suhui.platform.notifications",
    "suhui.platform.search",
    "suhui.platform.files",
    "suhui.platform.privacy",
    "suhui.platform.calendars",
    "suhui.platform.rest",
    "suhui.platform.desk",
    "suhui.platform.people",
    "suhui.platform.core",
]
INSTALLED_APPS = [
    *ROOMS,
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "suhui.platform.desk.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "suhui.platform.people.middleware.ReadersLanguage",
    "suhui.platform.desk.middleware.Toasts",
    "suhui.platform.desk.middleware.ClearErrors",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if os.environ.get("SUHUI_SERVER_TIMING"):
    MIDDLEWARE.insert(0, "suhui.platform.core.timing.ServerTiming")
ROOT_URLCONF = "suhui.config.urls"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "suhui.platform.desk.jinja.RoomTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "suhui.platform.desk.jinja.environment",
            "context_processors": ["suhui.platform.desk.jinja.page_context"],
        },
    },
]
FORM_RENDERER = "suhui.platform.desk.widgets.FormRenderer"
DATABASES = {"default": database_from_url(DATABASE_URL)}
if REPLICA_URL:
    DATABASES["replica"] = database_from_url(REPLICA_URL)
    DATABASE_ROUTERS = ["suhui.platform.core.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "suhui.platform.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

MEDIA_ROOT = HOME / "files"
FILE_LIMITS = {"image": 20 << 20, "document": 20 << 20, "sound": 50 << 20, "video": 100 << 20}
"""The largest file of each kind, in bytes."""
IMAGE_MAX_PIXELS = 80_000_000
"""What a picture may unpack to, all frames together."""
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
STATIC_URL = "/static/"
STATIC_ROOT = BUILT_FRONTEND = PACKAGE / "static"
"""What the front-end build writes: hashed scripts and styles, manifest.json, icons.json."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("SUHUI_LOG", "WARNING")},
}
