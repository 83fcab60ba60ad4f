"""Read models of networks and organisations, and what this node remembers of its carriers."""

from typing import ClassVar

from django.db import models

from tejido.ground.store.derived import ReadModel


class NetworkRow(ReadModel):
    """A network, as its founder opened it."""

    single: ClassVar[bool] = True
    name = models.CharField(max_length=200)
    public_space = models.CharField(max_length=64)
    founder = models.CharField(max_length=64)

    class Meta(ReadModel.Meta):
        abstract = False


class ProfileRow(ReadModel):
    """What an organisation says of itself in a network."""

    single: ClassVar[bool] = True
    org = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    languages = models.JSONField()
    lam = models.BigIntegerField()

    class Meta(ReadModel.Meta):
        abstract = False


class Carrier(models.Model):
    """A page that was taken in from, or written to, a carrier (a folder's own id)."""

    id = models.BigAutoField(primary_key=True)
    carrier = models.CharField(max_length=64)
    page = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "page"], name="network_carrier_page")]


class Exchange(models.Model):
    """The last exchange through each folder, for the network page and `tejido check`."""

    folder = models.CharField(max_length=500, primary_key=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    report = models.JSONField()
    error = models.CharField(max_length=500, blank=True)


class Folder(models.Model):
    """A folder that this node exchanges with. One that is no longer `active` stays, lest node.json bring it back."""

    path = models.CharField(max_length=500, primary_key=True)
    active = models.BooleanField(default=True)
