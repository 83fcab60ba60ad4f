"""Tokens: what a person's programs show to the API instead of a session. Each has a name, an end, and scopes, and does never
more than its owner may.
"""

from tejido.ground.tokens.scopes import ANY, by_person, needs, scope, scopes

__all__ = ["ANY", "by_person", "needs", "scope", "scopes"]
