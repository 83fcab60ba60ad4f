"""Rows that show what was published, and what it was made from."""

from django.db import models

from tejido.ground.store.public import ReadModel
from tejido.practices.relay.publishing.drafts import Behind, Proof


class Voice(ReadModel):
    """A public copy of a hop; `lines`, `versions` and `audio` are JSON, empty where it was taken back; `langs`: those of
    its versions.

    `purposes` and `tier`: the consent that it carries; `status`: shown or withdrawn.
    """

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    who = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    day = models.CharField(max_length=10)
    lang = models.CharField(max_length=35)
    role = models.CharField(max_length=12)
    lines = models.TextField()
    versions = models.TextField()
    langs = models.CharField(max_length=1200)
    audio = models.TextField()
    voice = models.CharField(max_length=10)
    duration = models.IntegerField()
    synthetic = models.BooleanField()
    purposes = models.CharField(max_length=120)
    tier = models.CharField(max_length=10)
    status = models.CharField(max_length=10)

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["org", "status"])]


class Edition(ReadModel):
    """An edition; `texts` (titles, questions, summaries by language), `items` and `changes` are JSON."""

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    slug = models.CharField(max_length=8)
    number = models.IntegerField()
    replaces = models.CharField(max_length=26)
    langs = models.CharField(max_length=1200)
    texts = models.TextField()
    items = models.TextField()
    licence = models.CharField(max_length=80)
    licence_url = models.CharField(max_length=220)
    changes = models.TextField()
    day = models.CharField(max_length=10)
    form = models.CharField(max_length=8)
    withdrawn = models.BooleanField()

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["slug", "org", "number"]), models.Index(fields=["org", "day"])]


class Kept(ReadModel):
    """What an edition of ours was made from: `chains` and `items` are JSON; `edition` is its row key."""

    single = True

    edition = models.CharField(max_length=26)
    public_space = models.CharField(max_length=64)
    slug = models.CharField(max_length=8)
    number = models.IntegerField()
    chains = models.TextField()
    items = models.TextField()
    sound = models.BooleanField()
    places = models.BooleanField()
    at = models.BigIntegerField(null=True)

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["slug", "number"]), models.Index(fields=["edition"])]


__all__ = ["Behind", "Edition", "Kept", "Proof", "Voice"]
