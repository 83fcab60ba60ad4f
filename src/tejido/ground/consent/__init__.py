"""What a speaker allowed, purpose by purpose; no record means no."""
