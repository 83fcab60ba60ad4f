"""Local tables: statements of others cannot be made again from events, and say nothing that events do not."""

from django.db import models


class Checkpoint(models.Model):
    """The last statement of one device about one space; our own among them. `heard`: the day it came."""

    id = models.BigAutoField(primary_key=True)
    space = models.BinaryField(max_length=32)
    device = models.BinaryField(max_length=32)
    org = models.BinaryField(max_length=32)
    number = models.BigIntegerField()
    day = models.CharField(max_length=10)
    heard = models.DateField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "device"], name="witness_checkpoint_once")]


class Past(models.Model):
    """A state that this node was in: the state hash of a space after exactly those heads."""

    id = models.BigAutoField(primary_key=True)
    space = models.BinaryField(max_length=32)
    heads = models.CharField(max_length=64)
    state = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "heads"], name="witness_past_once")]
