"""Addresses of redaction and voices."""

from django.urls import path

from tejido.practices.relay.redaction import views

urlpatterns = [
    path("reports/<key:key>/redact/", views.redact, name="relay_redact"),
    path("reports/<key:key>/redact/audio/", views.trial_audio, name="relay_redact_audio"),
    path("reports/<key:key>/redact/progress/", views.progress, name="relay_redact_progress"),
]
