"""A chain made into things that leave: transcripts, feeds, books. Plain functions over plain records, no Django."""
