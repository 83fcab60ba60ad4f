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


class KeptOut(models.Model):
    """A log that was offered and is kept out: its organisation has more than there is room for. `space_id` 0: an identity."""

    id = models.BigAutoField(primary_key=True)
    log = models.BinaryField(max_length=32, unique=True)
    descriptor = models.BinaryField()
    org = models.BinaryField(max_length=32)
    space_id = models.IntegerField(db_index=True)
    day = models.DateField()


class LogRoom(models.Model):
    """For how many logs of an organisation in a space a keeper made room; `org` is empty for those of whom nobody knows."""

    id = models.BigAutoField(primary_key=True)
    space_id = models.IntegerField()
    org = models.BinaryField(max_length=32, default=bytes)
    most = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space_id", "org"], name="network_logroom_once")]
