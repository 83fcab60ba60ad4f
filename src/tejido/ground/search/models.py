"""The index table. Migration 0001 puts the engine's own full-text index over its column `folded`."""

from django.db import models


class Document(models.Model):
    """One findable thing. `source` is the row key of the aggregate it derives from; all of it dies with that.

    On SQLite, triggers keep the full-text table in step: a migration that remakes this table must create them again.
    """

    key = models.CharField(max_length=64)
    source = models.CharField(max_length=64, db_index=True)
    space = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    lang = models.CharField(max_length=35)
    day = models.CharField(max_length=10)
    title = models.TextField()
    text = models.TextField()
    head = models.TextField()
    folded = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "kind", "lang"], name="search_document_once")]
