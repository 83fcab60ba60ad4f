"""Receipts of erasure: which nodes say that they hold no more what an organisation took back (design 4.12).

A redact travels, each member's node erases, and answers in the same space with a small signed event that names the redact.
It is a word, no proof: a node can lie, and copies that people made elsewhere stay. No receipt answers a receipt.
"""
