"""Sound in, words out: decoding, loudness, preview, recognition."""
