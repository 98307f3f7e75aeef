"""Django's settings. Everything that differs between installations comes from the environment."""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO

from wishmi.config import environment
from wishmi.core.languages import OWN_NAMES
from wishmi.infra import logs

PACKAGE = Path(__file__).resolve().parent.parent
PROJECT = PACKAGE.parent

WISHMI_MODE = environment.mode()
WISHMI_DATA = environment.data_folder()
_SECRETS = environment.keys(WISHMI_DATA)

SECRET_KEY = _SECRETS.signing
WISHMI_FIELD_KEYS = _SECRETS.fields
WISHMI_INDEX_KEY = _SECRETS.index
WISHMI_CITY = Path(os.environ.get("WISHMI_CITY", PROJECT / "cities" / "milano"))
WISHMI_CURRENCY = environment.currency()
WISHMI_POLICY = Path(os.environ.get("WISHMI_POLICY", PROJECT / "policy"))

DEBUG = False
ALLOWED_HOSTS = os.environ.get("WISHMI_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
WISHMI_PROXIES = environment.proxies()
WISHMI_METRICS_TOKEN = environment.metrics_token()
DATABASES = {"default": environment.database(WISHMI_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Login"

INSTALLED_APPS = [
    "wishmi.infra",
    "wishmi.people",
    "wishmi.ledger",
    "wishmi.territory",
    "wishmi.calls",
    "wishmi.providers",
    "wishmi.catalogue",
    "wishmi.applications",
    "wishmi.awards",
    "wishmi.vouchers",
    "wishmi.bookings",
    "wishmi.payouts",
    "wishmi.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "wishmi.web.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "wishmi.web.gate.Gate",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "wishmi.config.urls"
WSGI_APPLICATION = "wishmi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wishmi.web.context.page",
            ]
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "it"
LANGUAGES = list(OWN_NAMES.items())
# Django does not know these two.
LANG_INFO |= {
    "fil": {"bidi": False, "code": "fil", "name": "Filipino", "name_local": OWN_NAMES["fil"]},
    "si": {"bidi": False, "code": "si", "name": "Sinhala", "name_local": OWN_NAMES["si"]},
}
LOCALE_PATHS = [PROJECT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"

STATIC_URL = "/static/"
STATIC_ROOT = None  # the pages' files are served from the package
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# A payment batch answered by hand has two fields for each of its payments.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# A receipt of 4 MB with its form stays in memory: kept encrypted, it lies in clear on no disk on its way there.
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
# Waits of who guesses: a flood of other names must not push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Behind a proxy that speaks TLS only its word says so; without one nobody is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if WISHMI_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if WISHMI_MODE == "production" else 0
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = WISHMI_MODE == "production"
X_FRAME_OPTIONS = "DENY"

LOGGING = logs.settings_for(environment.log_level(), is_for_programs=WISHMI_MODE == "production")
logs.configure()
