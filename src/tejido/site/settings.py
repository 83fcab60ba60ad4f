"""Settings of one node. What differs from node to node lies in its data folder; see `tejido.site.node`.

Nothing here may make a node keep an IP address: sessions, rate limits and logs are arranged so that none gets there.
"""

from pathlib import Path
from typing import Any

from tejido.ground.ui.csp import POLICY
from tejido.site.node import database, load

NODE = load()
NODE_DIR: Path = NODE.folder
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = NODE.secret
DEBUG = False
ALLOWED_HOSTS = [*NODE.hosts, "localhost", "127.0.0.1", "[::1]", "testserver"]
ROOT_URLCONF = "tejido.site.urls"
WSGI_APPLICATION = "tejido.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tejido.ground.people",
    "tejido.ground.tokens",
    "tejido.ground.ui",
    "tejido.ground.store",
    "tejido.ground.network",
    "tejido.ground.charter",
    "tejido.ground.blobs",
    "tejido.ground.peers",
    "tejido.ground.originals",
    "tejido.ground.search",
    "tejido.ground.memory",
    "django_tasks",
    "django_tasks_db",
    "tejido.ground.work",
    "tejido.ground.uploads",
    "tejido.ground.consent",
    "tejido.ground.witness",
    "tejido.ground.devices",
    "tejido.ground.erasures",
    "tejido.ground.bundles",
    "tejido.practices.relay",
    "tejido.practices.relay.redaction",
    "tejido.practices.relay.review",
    "tejido.practices.relay.publishing",
    "tejido.practices.relay.drops",
    "tejido.practices.relay.press",
    "tejido.web",
    "tejido.web.public",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tejido.ground.ui.middleware.StaticFiles",
    "tejido.ground.ui.csp.CSPMiddleware",
    "tejido.ground.ui.middleware.headers",
    "tejido.ground.ui.compress.compress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tejido.ground.ui.middleware.Problems",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tejido.ground.ui.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "tejido.ground.ui.templatetags.ui"],
        },
    },
]
FORM_RENDERER = "tejido.ground.ui.forms.Renderer"

DATABASES = {"default": database(NODE)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Rate limits must hold across processes, so not LocMem; one table in the database that a migration of `people` creates.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}  # culled at random when full: a flood must not wash limits out

# People: a name and a password, no mail address.
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "tejido.ground.people.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "240/m/ip",
    "login_failed": "5/5m/key,30/d/key",
}  # "ip" is the whole node: see the adapter
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_FORMS = {"reauthenticate": "tejido.ground.people.factor_forms.AgainForm"}

# Second factors. Codes are limited by account, as passwords are ("login_failed"); passkeys cannot be guessed.
MFA_ADAPTER = "tejido.ground.people.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {
    "authenticate": "tejido.ground.people.factor_forms.CodeForm",
    "reauthenticate": "tejido.ground.people.factor_forms.CodeAgainForm",
    "activate_totp": "tejido.ground.people.factor_forms.AppForm",
    "add_webauthn": "tejido.ground.people.factor_forms.PasskeyForm",
}
MFA_TOTP_ISSUER = NODE.name
MFA_TOTP_TOLERANCE = 1  # phones' clocks are half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not NODE.https  # browsers themselves allow http on localhost alone
MFA_RATE_LIMITS = {"webauthn_login": "240/m/ip"}  # the whole node, as above
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# On one host several nodes would sign each other out, were their cookies' names the same.
SESSION_ENGINE = "tejido.ground.people.sessions"
SESSION_COOKIE_NAME = f"session_{NODE.short_id}"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_NAME = f"csrf_{NODE.short_id}"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tejido.ground.ui.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"language_{NODE.short_id}"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
THEME_COOKIE_NAME = f"theme_{NODE.short_id}"
GIVER_COOKIE_NAME = f"giver_{NODE.short_id}"
RECEIPT_COOKIE_NAME = f"receipt_{NODE.short_id}"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Two profiles: plain HTTP on a local network or localhost, and HTTPS behind a proxy.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = NODE.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NODE.https else None
SECURE_SSL_REDIRECT = NODE.https
SECURE_REDIRECT_EXEMPT = [
    r"^exchange/1/"
]  # onion services hand on http, sealed by Tor; callers take no http over the internet
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if NODE.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = (
    "same-origin"  # "no-referrer" makes browsers send `Origin: null` with forms, which fails CSRF checks
)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
FRAMES = ("en", "ar", "es", "fr", "pt", "tr")  # what stands around words on public pages, in feeds and books
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "frames"]

STATIC_URL = "/static/"
STATIC_ROOT = NODE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tejido.ground.ui.statics.Storage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

# Failures only, without address, name, body, or what an exception says. What a page did not find is nobody's business.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "tejido.site.logs.Line", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
