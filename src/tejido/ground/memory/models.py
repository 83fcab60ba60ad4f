"""Local tables: where entries are from, the entries, their index, the glossary."""

from django.db import models
from django.utils.translation import gettext


class Origin(models.Model):
    """A file that was imported, or what people approved here (`kind` review, one row).

    `state`: waiting, ready or failed (`fault` with `params` says why); `done` of `total` bytes of the file have been read.
    """

    class Kind(models.TextChoices):
        TMX = "tmx"
        GLOSSARY = "glossary"
        REVIEW = "review"

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    key = models.CharField(max_length=26, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    day = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    fault = models.TextField(blank=True)
    params = models.JSONField(default=dict)

    @property
    def said(self) -> str:
        """What is wrong with the file, in the language of the page."""
        return gettext(self.fault) % self.params if self.params else gettext(self.fault)


class Unit(models.Model):
    """A text and its translation; either side may be asked for. `a_lang` is a tag as it came, `a` its shortest code.

    `subject` and `translation` are row keys, empty for imported entries. `digest` tells equal entries of one origin.
    """

    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="units")
    subject = models.CharField(max_length=26, blank=True)
    translation = models.CharField(max_length=26, blank=True)
    a = models.CharField(max_length=8)
    b = models.CharField(max_length=8)
    a_lang = models.CharField(max_length=35)
    b_lang = models.CharField(max_length=35)
    a_text = models.TextField()
    b_text = models.TextField()
    a_folded = models.TextField()
    b_folded = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "digest"], name="memory_unit_once")]
        indexes = [
            models.Index(fields=["subject"], name="memory_unit_subject"),
            models.Index(fields=["translation"], name="memory_unit_translation"),
            models.Index(fields=["a", "b"], name="memory_unit_pair"),
        ]


class Feature(models.Model):
    """One feature of one side of a unit, with that side's folded length; see `tejido.engines.language.fuzzy`."""

    pk = models.CompositePrimaryKey("feature", "length", "unit")
    feature = models.BigIntegerField()
    length = models.IntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)


class Term(models.Model):
    """A word or phrase of the glossary and its translation; read in both directions, as a unit is."""

    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="terms")
    name = models.CharField(max_length=200, blank=True)
    a = models.CharField(max_length=8)
    b = models.CharField(max_length=8)
    a_lang = models.CharField(max_length=35)
    b_lang = models.CharField(max_length=35)
    a_text = models.CharField(max_length=300)
    b_text = models.CharField(max_length=300)
    a_folded = models.CharField(max_length=300)
    b_folded = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "digest"], name="memory_term_once")]
        indexes = [models.Index(fields=["a", "b"], name="memory_term_pair")]
