"""Six synthetic voice notes of one chain; `clips.json` holds their words, times and English versions."""
