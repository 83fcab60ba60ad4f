"""What a node makes of its editions and keeps as files: sound, feeds, books, covers. All of it can be made anew."""
