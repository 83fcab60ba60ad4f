"""Relay: field reports passed from circle to circle and answered; a chain of voices."""
