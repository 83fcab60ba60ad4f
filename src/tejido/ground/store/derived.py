"""Derived tables of the store itself, and the base of every read model. None is under migrations: see `tables`."""

from typing import ClassVar

from django.db import models


class ReadModel(models.Model):
    """A row that can be made anew from the log. `key` comes from the creating event, `source` from the aggregate.

    `single`: an aggregate has at most one row here, whose key is its source (saves an index)."""

    single: ClassVar[bool] = False

    key = models.CharField(max_length=26, primary_key=True)
    source = models.CharField(max_length=26)
    space = models.CharField(max_length=26)

    class Meta:
        abstract = True
        managed = False


class EventIndex(models.Model):
    """Kind and aggregate of each readable event; `akey` is the first 16 bytes of the aggregate's id."""

    event_id = models.BigIntegerField(primary_key=True)
    space_id = models.IntegerField()
    family = models.CharField(max_length=40)
    kind = models.CharField(max_length=64)
    akey = models.BinaryField(max_length=16)

    class Meta:
        managed = False
        indexes = [models.Index(fields=["family", "akey"]), models.Index(fields=["akey"])]


class Aggregate(models.Model):
    """Folded state, as canonical JSON; the state hash of a space is taken over these."""

    akey = models.BinaryField(max_length=16, primary_key=True)
    aggregate = models.BinaryField(max_length=32)
    space_id = models.IntegerField()
    family = models.CharField(max_length=40)
    state = models.BinaryField()

    class Meta:
        managed = False
        indexes = [models.Index(fields=["space_id", "akey"])]


class BlobUse(models.Model):
    """Which held payload names which blob."""

    key = models.CharField(max_length=90, primary_key=True)
    blob = models.CharField(max_length=64, db_index=True)
    event_id = models.BigIntegerField(db_index=True)

    class Meta:
        managed = False
