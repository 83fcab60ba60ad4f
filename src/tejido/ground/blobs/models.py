"""What the database knows of blobs: those that must never come back, and those that this node put into the open."""

from django.db import models


class ErasedBlob(models.Model):
    """An erased blob's id. `gone` turns true once its bytes are deleted, which happens after the commit."""

    id = models.CharField(primary_key=True, max_length=64)
    day = models.DateField(auto_now_add=True)
    gone = models.BooleanField(default=False)


class OpenBlob(models.Model):
    """The id of a blob that was stored unsealed here, noted before its bytes: a process that dies before anything names it
    leaves something that can be found.
    """

    id = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()
