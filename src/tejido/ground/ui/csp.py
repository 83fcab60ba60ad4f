"""The one place that imports the Content-Security-Policy part: with Django 6.2 this file becomes `django.utils.csp`."""

from csp.constants import NONE, SELF
from csp.middleware import CSPMiddleware

__all__ = ["POLICY", "CSPMiddleware"]

POLICY: dict[str, list[str]] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "media-src": [SELF, "blob:"],
    "connect-src": [SELF],
    "font-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "manifest-src": [SELF],
    "worker-src": [SELF],
}
