"""Bundles made here, bundles that are arriving, and what came of those that were taken in. Local tables; no event names them."""

from django.db import models


class Made(models.Model):
    """A bundle made here, kept for some days. `spans`: [log, first, last]; `erased`: how many events within them were erased
    already when it was made."""

    class State(models.TextChoices):
        """What there is of it."""

        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    id = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
    recipients = models.JSONField()  # [organisation, hex]
    since = models.CharField(max_length=10)
    blobs = models.BooleanField(default=True)
    part_bytes = models.BigIntegerField(default=0)  # 0: one file
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(max_length=500, blank=True)
    events = models.BigIntegerField(default=0)
    recordings = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    parts = models.IntegerField(default=0)
    spans = models.JSONField(default=list)
    erased = models.IntegerField(default=0)


class Sent(models.Model):
    """Up to where a log went into the last bundle for an organisation. Whether it arrived is not known."""

    id = models.BigAutoField(primary_key=True)
    org = models.BinaryField(max_length=32)
    log = models.BinaryField(max_length=32)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "log"], name="bundles_sent_once")]


class Arriving(models.Model):
    """A bundle of which parts lie here, until it is taken in or thrown away. `said`: what its manifest says, once it is whole
    and was found to be as it was signed. `bundle`: its id; of parts that say otherwise how many there are, or how large it is,
    each kind lies by itself. `erasures`: the last redaction that was known when the first part came."""

    id = models.CharField(max_length=32, primary_key=True)
    bundle = models.CharField(max_length=32, default="", db_index=True)
    erasures = models.BigIntegerField(default=0)
    parts = models.IntegerField()
    size = models.BigIntegerField()
    begun = models.DateTimeField()
    said = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    agreed = models.BooleanField(default=False)  # somebody looked at it, and wants it taken in


class Taken(models.Model):
    """A bundle that was taken in, with what it brought; kept so that the same file is known again."""

    id = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
    org = models.BinaryField(max_length=32)
    said = models.JSONField()
    report = models.JSONField()
