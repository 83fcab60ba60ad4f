"""Sound, transcripts, chapters and feeds: for everybody, without sign-in, cookie or script."""
