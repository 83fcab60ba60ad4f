"""What this node knows of the recovery sheets: whom originals are closed to, and nothing that opens them."""

from django.db import models


class Recipient(models.Model):
    """The age recipient (`age1…`, public) derived from one recovery sheet."""

    recipient = models.CharField(max_length=80, primary_key=True)
