"""Settings for tests: a temporary folder, fast password hashing, the database that the environment names."""

import os
import tempfile

os.environ.setdefault("NEEDLEPOINT_DATA", tempfile.mkdtemp(prefix="needlepoint-tests-"))
os.environ.setdefault("NEEDLEPOINT_SECRET_KEY", "only for tests")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop running in the thread of the tests

from needlepoint.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
STAFF_SECOND_FACTOR = False  # test_second_factor.py sets it
AUDIT_APPEND_ONLY = False  # tests that really commit empty every table; test_audit.py installs the triggers
MAIL_SERVICE = "postmark"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A real file, as in a practice: an in-memory database fails at once where a file lets others wait.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["NEEDLEPOINT_DATA"], "test.sqlite3")}  # noqa: F405, PTH118
