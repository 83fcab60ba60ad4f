"""What was made of voices and editions: local rows, neither events nor read models, since each can be made anew."""

from django.db import models


class Made(models.Model):
    """One file made of a voice or an edition (`subject`, its row key), or why it could not be made (`fault`, no blob).

    `source`: fingerprint of what it was made of; where that differs, it is stale. `about`: row keys of the voices in it,
    between spaces (` key key `), so that it goes with each of them. `duration` in ms, 0 where there is none; `integrity`
    as in subresource integrity (`sha256-…`).
    """

    subject = models.CharField(max_length=26)
    kind = models.CharField(max_length=12)
    lang = models.CharField(max_length=35, blank=True)
    source = models.CharField(max_length=64, blank=True)
    about = models.TextField(blank=True)
    blob = models.CharField(max_length=64, blank=True, db_index=True)
    size = models.BigIntegerField(default=0)
    type = models.CharField(max_length=120, blank=True)
    duration = models.BigIntegerField(default=0)
    integrity = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    fault = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind", "lang"], name="press_made_once")]


class Former(models.Model):
    """A voice or an edition (row key) whose files were erased: its addresses answer 410, not 404."""

    subject = models.CharField(max_length=26, primary_key=True)
    day = models.DateField()


class Season(models.Model):
    """The place of a publication (`slug`) in this node's feeds: given once, never again. `day`: of its first edition."""

    slug = models.CharField(max_length=8, primary_key=True)
    number = models.PositiveIntegerField(unique=True)
    day = models.DateField()


class GivenCover(models.Model):
    """A picture that a keeper chose for a publication (`slug`) in place of the woven one: JPEGs that were made here.

    `tag` is in their addresses, since directories keep a picture by its name; `alts`: what it shows, by language.
    """

    slug = models.CharField(max_length=8, primary_key=True)
    tag = models.CharField(max_length=8)
    full = models.BinaryField()
    small = models.BinaryField()
    side = models.PositiveIntegerField()
    alts = models.JSONField(default=dict)
    at = models.DateTimeField()


class Beginning(models.Model):
    """The first address of this node's feed in a language that others could reach: its `podcast:guid` is made of it."""

    lang = models.CharField(max_length=35, primary_key=True)
    address = models.CharField(max_length=500)


class Feed(models.Model):
    """A feed as it was last written, compressed, while `stamp` says that nothing has changed since."""

    lang = models.CharField(max_length=35, primary_key=True)
    stamp = models.CharField(max_length=64)
    etag = models.CharField(max_length=64)
    episodes = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.BinaryField()
