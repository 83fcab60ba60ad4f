"""What the database knows of blobs: only those that must never come back."""

from django.db import models


class ErasedBlob(models.Model):
    """An erased blob's id. `gone` turns true once its bytes are deleted, which happens after the commit."""

    id = models.CharField(primary_key=True, max_length=64)
    day = models.DateField(auto_now_add=True)
    gone = models.BooleanField(default=False)
