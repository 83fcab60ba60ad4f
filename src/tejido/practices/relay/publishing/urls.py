"""Addresses of publishing, for members and keepers; what anybody may read lies under /p/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from tejido.practices.relay.publishing import views


class Slug(StringConverter):
    """The address of a publication: 8 characters."""

    regex = "[a-z2-7]{8}"


class Proof(StringConverter):
    """A proof's key."""

    regex = "[a-z2-7]{26}"


register_converter(Slug, "publication")
register_converter(Proof, "proof")

urlpatterns = [
    path("publications/", views.publications, name="publishing"),
    path("publications/new/", views.publish, name="publishing_new"),
    path("publications/proofs/<proof:key>/", views.proof, name="publishing_proof"),
    path("publications/<publication:slug>/", views.publication, name="publishing_one"),
    path("publications/<publication:slug>/correct/", views.correct, name="publishing_correct"),
    path("publications/<publication:slug>/unpublish/", views.unpublish, name="publishing_unpublish"),
]
