"""Settings of the site. What differs between installations comes from the environment (NEEDLEPOINT_*, DATABASE_URL)."""

from __future__ import annotations

import os
from pathlib import Path

import fontpkg

from needlepoint.site.databases import database_settings
from needlepoint.site.environment import read_environment
from needlepoint.site.limits import LARGEST_BYTES
from needlepoint.site.mail import anymail_settings, mail_settings, service_of
from needlepoint.site.private import private_folder
from needlepoint.site.secret import kept_secret

HERE = read_environment(os.environ)
DATA = private_folder(HERE.data)
DEMO = HERE.demo
POLICIES = HERE.policies
DEBUG = HERE.debug
SECRET_KEY = HERE.secret_key or kept_secret(DATA / "secret_key")
FIELD_KEYS = HERE.field_keys or DATA / "field_keys"  # of encrypted columns; created with the first value
ALLOWED_HOSTS = list(HERE.hosts)
CSRF_FAILURE_VIEW = "needlepoint.pages.account.sign_in.not_trusted"
CSRF_TRUSTED_ORIGINS = [HERE.url, *HERE.origins]

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
    "needlepoint.site.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "needlepoint.guard.headers.HeadersMiddleware",
    "needlepoint.pages.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "needlepoint.pages.account.staff_middleware.StaffMiddleware",
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
            "libraries": {"i18n": "needlepoint.pages.templatetags.translate_once"},
        },
    }
]

DATABASES = {"default": database_settings(HERE.database_url or f"sqlite:///{DATA / 'needlepoint.sqlite3'}")}
BEHIND_PROXY = HERE.proxy
RATELIMIT_IP_META_KEY = "needlepoint.guard.audit.origin.address_of"
SILENCED_SYSTEM_CHECKS = [
    "django_ratelimit.E003",
    "django_ratelimit.W001",
]  # counts in the database: docs/decisions
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "rate_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUDIT_APPEND_ONLY = True  # by triggers of the database

AUTH_USER_MODEL = "guard.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "needlepoint.guard.sign_in.passwords.HardToGuess"},
]
# 16 MB of memory and about 0.2 s for each try; PBKDF2 only to read older hashes.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Patient accounts: no password, a code by email or a passkey. They are opened only from the practice's own link,
# and an unknown address gets the same answer as a known one.
ACCOUNT_ADAPTER = "needlepoint.pages.account.adapter.PatientAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_ADAPTER = "needlepoint.guard.sign_in.second_factor.MFAAdapter"
MFA_TOTP_ISSUER = "Needlepoint"
STAFF_SECOND_FACTOR = HERE.second_factor and not HERE.demo
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HERE.https
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = 12 * 60 * 60
STAFF_IDLE_SECONDS = 30 * 60
STAFF_LONGEST_SECONDS = 12 * 60 * 60
# The password is required again after this time, and for all of these after STAFF_AWAY_SECONDS without activity.
STAFF_AWAY_SECONDS = 10 * 60
SIGN_AGAIN_SECONDS = {"sign": 4 * 3600, "override": 4 * 3600, "export": 15 * 60, "roles": 15 * 60}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HERE.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HERE.proxy else None
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HERE.https else 0
SECURE_SSL_REDIRECT = HERE.https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # requested on this machine, without TLS
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = ["needlepoint.pages.formats"]
LOCALE_PATHS = [Path(__file__).parent.parent / "pages" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Patients: the URL under which they reach us, and the transports of email and text messages. Without
# NEEDLEPOINT_MAIL_URL nothing leaves the machine: messages become files, which the demo shows.
PUBLIC_URL = HERE.url
SMS_URL = HERE.sms_url  # an Apprise URL in which {to} is replaced by the number
MAIL_DOMAIN = HERE.mail_domain
DEFAULT_FROM_EMAIL = HERE.mail_from
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = 20
vars().update(mail_settings(HERE.mail_url))
ANYMAIL = anymail_settings(os.environ)
# Its reports are accepted only with the shared secret; without one there is no URL for them.
MAIL_SERVICE = service_of(HERE.mail_url) if ANYMAIL.get("WEBHOOK_SECRET") else ""

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# The letters of every page and PDF come from one package, not from the reader's machine.
STATICFILES_DIRS = [("needlepoint/fonts", Path(fontpkg.path("Inter")).parent)]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
# `front` has read a request before Django sees it, within the limit of its URL; nothing of it goes to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BYTES
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "needlepoint.site.logs.OneLine"}},
    "formatters": {
        "text": {"()": "needlepoint.site.logs.Console"},
        "json": {"()": "needlepoint.site.logs.JsonLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["one_line"], "formatter": HERE.log},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"needlepoint.request": {"level": "INFO" if HERE.log == "json" else "WARNING"}},
}
