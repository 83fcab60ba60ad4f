"""Rows of receipts, and a local note of redacts that ask nothing of this node."""

from django.db import models

from tejido.ground.store.derived import ReadModel


class Receipt(ReadModel):
    """An organisation holds no more what one redact names; one row a redact that its event names."""

    redact = models.BinaryField(max_length=32, db_index=True)
    org = models.BinaryField(max_length=32)
    how = models.CharField(max_length=40)

    class Meta(ReadModel.Meta):
        abstract = False


class NotAsked(models.Model):
    """A redact from before this organisation was a member, as its space's first `lists` member lists tell it. Local."""

    redact = models.BinaryField(max_length=32, primary_key=True)
    lists = models.IntegerField()
