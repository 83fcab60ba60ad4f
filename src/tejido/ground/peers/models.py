"""Partners and the sessions of those who called. No IP address stands in any of these, and none may."""

from django.db import models


class Peer(models.Model):
    """Another organisation's node at an address that a person typed in. `problem`: a code of `errors`, "" where it went well."""

    id = models.CharField(max_length=16, primary_key=True)
    org = models.CharField(max_length=64)
    address = models.CharField(max_length=200, unique=True)
    every_min = models.PositiveIntegerField(default=60)
    paused = models.BooleanField(default=False)
    tried_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    checked = models.CharField(max_length=40, blank=True)
    report = models.JSONField(default=dict)


class Session(models.Model):
    """Who proved a device and may ask for a few minutes. Of the token only its hash is kept; a nonce serves once."""

    token = models.CharField(max_length=64, primary_key=True)
    nonce = models.CharField(max_length=64, unique=True)
    org = models.CharField(max_length=64)
    device = models.CharField(max_length=64)
    until = models.DateTimeField()
    used_at = models.DateTimeField()
    over = models.BooleanField(default=False)


class Brought(models.Model):
    """What an organisation brought us over the internet on one day: its quota defers what is beyond."""

    id = models.BigAutoField(primary_key=True)
    org = models.CharField(max_length=64)
    day = models.DateField()
    events = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "day"], name="peers_brought_org_day")]
