"""Tests of redaction and voices."""
