"""Settings of one node. What differs from node to node lies in its data folder; see `tejido.site.node`."""

from pathlib import Path

from tejido.site.node import database, load

NODE = load()
NODE_DIR: Path = NODE.folder

SECRET_KEY = NODE.secret
DEBUG = False
ALLOWED_HOSTS = [*NODE.hosts, "localhost", "127.0.0.1", "[::1]", "testserver"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
ROOT_URLCONF = "tejido.site.urls"
WSGI_APPLICATION = "tejido.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tejido.ground.store",
    "tejido.ground.network",
    "tejido.ground.blobs",
    "tejido.ground.search",
]

DATABASES = {"default": database(NODE)}
