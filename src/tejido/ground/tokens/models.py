"""Tokens, and answers that are given again. No address, and of time the day alone."""

from django.conf import settings
from django.db import models

from tejido.ground.people.models import today


class Token(models.Model):
    """What a program shows; of the token itself its SHA-256. `scopes`: names with spaces between."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.TextField()
    made = models.DateField(default=today)
    expires = models.DateField()
    used = models.DateField(null=True)

    class Meta:
        ordering = ["name", "pk"]


class Answered(models.Model):
    """The answer to a request that came with an Idempotency-Key; `status` 0 while it is under way.

    `key`: a fingerprint of account and key. `request`: of method, address and body. `sealed`: type and body, which the key
    itself opens and nothing else here does.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    request = models.CharField(max_length=64)
    status = models.SmallIntegerField(default=0)
    sealed = models.BinaryField(default=b"")
    day = models.DateField(default=today, db_index=True)
