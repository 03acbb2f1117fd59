"""Settings of the site. What differs from place to place comes from the environment (NEEDLEPOINT_*, DATABASE_URL)."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from needlepoint.site.limits import LARGEST_BYTES
from needlepoint.site.mail import anymail_settings, mail_settings, service_of
from needlepoint.site.private import private_folder
from needlepoint.site.secret import kept_secret

DATA = private_folder(
    Path(os.environ.get("NEEDLEPOINT_DATA") or Path.home() / ".local" / "share" / "needlepoint")
)
DEMO = os.environ.get("NEEDLEPOINT_DEMO") == "1"
DEBUG = os.environ.get("NEEDLEPOINT_DEBUG") == "1"
SECRET_KEY = os.environ.get("NEEDLEPOINT_SECRET_KEY") or kept_secret(DATA / "secret_key")
ALLOWED_HOSTS = os.environ.get("NEEDLEPOINT_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_FAILURE_VIEW = "needlepoint.pages.views.entry.not_trusted"
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("NEEDLEPOINT_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "needlepoint.guard",
    "needlepoint.records",
    "needlepoint.pages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "needlepoint.guard.middleware.StaffMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "needlepoint.pages.middleware.RefusalMiddleware",
]
ROOT_URLCONF = "needlepoint.site.urls"
WSGI_APPLICATION = "needlepoint.site.wsgi.application"
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
                "needlepoint.pages.context.site",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA / 'needlepoint.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing in the middle; readers never wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
# How often one may knock is counted by address; behind a proxy that is the last one that the proxy saw.
BEHIND_PROXY = os.environ.get("NEEDLEPOINT_PROXY") == "1"
RATELIMIT_IP_META_KEY = "needlepoint.guard.origin.address_of"
SILENCED_SYSTEM_CHECKS = [
    "django_ratelimit.E003",
    "django_ratelimit.W001",
]  # counts in the database: docs/decisions
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "rate_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "guard.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "needlepoint.guard.passwords.HardToGuess"},
]
# 16 MB of memory and about 0.2 s for each try; PBKDF2 only to read what was kept before.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Accounts of patients: no password, a code by e-mail or a passkey. They are opened by the practice's own link only,
# and an address that nobody has is answered like one that somebody has.
ACCOUNT_ADAPTER = "needlepoint.guard.adapter.PatientAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("NEEDLEPOINT_HTTPS") != "1"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
SECURE = os.environ.get("NEEDLEPOINT_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).parent.parent / "pages" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Patients: the address under which they reach us, and what carries the mail and the text messages. Without
# NEEDLEPOINT_MAIL_URL nothing leaves the machine: messages become files, which the demo shows.
PUBLIC_URL = os.environ.get("NEEDLEPOINT_URL", "http://127.0.0.1:8000").rstrip("/")
SMS_URL = os.environ.get(
    "NEEDLEPOINT_SMS_URL", ""
)  # an address of Apprise in which {to} stands for the number
MAIL_DOMAIN = os.environ.get("NEEDLEPOINT_MAIL_DOMAIN", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("NEEDLEPOINT_MAIL_FROM", f"no-reply@{MAIL_DOMAIN}")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 20
vars().update(mail_settings(os.environ.get("NEEDLEPOINT_MAIL_URL", "")))
ANYMAIL = anymail_settings(os.environ)
# Its reports are taken only with the secret that it was told; without one there is no address for them.
MAIL_SERVICE = service_of(os.environ.get("NEEDLEPOINT_MAIL_URL", "")) if ANYMAIL.get("WEBHOOK_SECRET") else ""

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
# `front` has read a request before Django sees it, within the limit of its address; nothing of it goes to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BYTES
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
