"""Local tables of drop links; nothing of them is an event. No address, no browser, no time of day of whoever gave."""

from django.db import models


class DropLink(models.Model):
    """A link and its limits; `digest` is the SHA-256 of its token. `hop` and `role` where it asks for an answer."""

    digest = models.CharField(max_length=64, unique=True)
    chain = models.CharField(max_length=26, db_index=True)
    circle = models.CharField(max_length=26)
    hop = models.CharField(max_length=26, blank=True)
    role = models.CharField(max_length=12)
    lang = models.CharField(max_length=35)
    note = models.CharField(max_length=80, blank=True)
    made = models.DateField()
    expires = models.DateTimeField()
    most = models.IntegerField()
    used = models.IntegerField(default=0)
    minutes = models.IntegerField()
    megabytes = models.IntegerField()
    revoked = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made", "-pk"]


class Drop(models.Model):
    """A report that came by link, by its key, and what is kept of its receipt.

    `nonce` names the form it came with; `locator` and `secret` are empty until the receipt was shown; `until`: how long
    it can be shown again from then on, empty once it was typed back (`kept`). `erased`: the day on which the report went,
    at the giver's wish (`taken`) or another's; from then on the receipt only says which nodes have confirmed it.
    """

    nonce = models.CharField(max_length=32, unique=True)
    link = models.ForeignKey(DropLink, models.SET_NULL, null=True, related_name="drops")
    report = models.CharField(max_length=26, unique=True)
    day = models.DateField()
    locator = models.CharField(max_length=4, blank=True, db_index=True)
    secret = models.CharField(max_length=160, blank=True)
    kept = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    seen = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    erased = models.DateField(null=True)
    taken = models.BooleanField(default=False)

    class Meta:
        ordering = ["-day", "-pk"]


class Guess(models.Model):
    """Wrong receipts in the present window, at one locator or at the whole node."""

    place = models.CharField(max_length=8, primary_key=True)
    since = models.DateTimeField()
    count = models.IntegerField()
