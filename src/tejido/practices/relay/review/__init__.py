"""Words in other languages, and the checking of words: translations, the workbench, approvals, measures."""
