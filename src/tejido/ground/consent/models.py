"""Consent as rows, one a record; what is in force for a report is the narrowest of its records."""

from django.db import models

from tejido.ground.store.public import ReadModel


class Consent(ReadModel):
    """`subject` is the row key of the report; `heads` and `history` are JSON."""

    single = True

    aggregate = models.CharField(max_length=64)
    subject = models.CharField(max_length=26)
    purposes = models.CharField(max_length=120)
    audio = models.CharField(max_length=10)
    since = models.CharField(max_length=10)
    heads = models.TextField()
    history = models.TextField()

    class Meta(ReadModel.Meta):
        indexes = [models.Index(fields=["subject"])]
