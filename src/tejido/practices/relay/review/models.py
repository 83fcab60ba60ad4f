"""Rows that show translations, made from folded state."""

from django.db import models

from tejido.ground.store.public import ReadModel
from tejido.practices.relay.review.drafts import Drafting, Typing


class Translation(ReadModel):
    """A translation in the own space. `subject` is the row key of a report or a hop, as `kind` says.

    `pieces` and `copies` are JSON; `name` is the subject's full hash.
    """

    single = True

    aggregate = models.CharField(max_length=64)
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=26)
    name = models.CharField(max_length=64)
    source_lang = models.CharField(max_length=35)
    lang = models.CharField(max_length=35)
    day = models.CharField(max_length=10)
    at = models.BigIntegerField(null=True)
    touched = models.BooleanField()
    pieces = models.TextField()
    copies = models.TextField()

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["subject", "lang"]), models.Index(fields=["lang"])]


class Passed(ReadModel):
    """A copy in the network; `hop` is a row key, `purposes` what the speaker allowed."""

    single = True

    aggregate = models.CharField(max_length=64)
    org = models.CharField(max_length=64)
    hop = models.CharField(max_length=26)
    name = models.CharField(max_length=64)
    source_lang = models.CharField(max_length=35)
    lang = models.CharField(max_length=35)
    day = models.CharField(max_length=10)
    at = models.BigIntegerField(null=True)
    purposes = models.CharField(max_length=120)
    pieces = models.TextField()

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["hop", "lang"])]


__all__ = ["Drafting", "Passed", "Translation", "Typing"]
