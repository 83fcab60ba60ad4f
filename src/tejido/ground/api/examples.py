"""Values that stand as examples in the description, by a field's name and type."""

from typing import Any

KEY = "mfzxg5dboqqgs4zanz2w4y3i"[:24] + "ab"
ORG = "3f" * 32

BY_NAME: dict[str, Any] = {
    "key": KEY,
    "circle": KEY,
    "chain": KEY,
    "hop": KEY,
    "to_circle": KEY,
    "report": KEY,
    "org": ORG,
    "to_org": ORG,
    "base": "9c" * 32,
    "source_base": "5a" * 32,
    "name": "Night shift, dock 4",
    "place": "Chicago",
    "langs": ["en", "es"],
    "languages": ["en", "es"],
    "lang": "en",
    "language": "en",
    "into": "es",
    "source": "en",
    "target": "es",
    "title": "Who decides your hours?",
    "question": "How are your working hours decided, and who can say no?",
    "text": "They post the roster on Friday night for Saturday morning.",
    "note": "for the base meeting",
    "term": "shop steward",
    "meant": "delegada sindical",
    "day": "2026-11-20",
    "deadline": "2026-12-20",
    "started": "2026-11-20",
    "used": "2026-11-22",
    "made": "2026-11-20",
    "expires": "2027-02-18",
    "joined": "2026-11-20",
    "purposes": ["pass", "transcript"],
    "audio": "own",
    "form": "spoken",
    "role": "commentary",
    "roles": ["member"],
    "scopes": ["relay.read"],
    "username": "amina",
    "segment": "k-000",
    "path": "/media/stick/exchange",
    "words": "amber river seven",
    "q": "roster",
    "limit": 20,
    "offset": 0,
}


def example(name: str, schema: dict[str, Any]) -> Any:
    """The example for a field, or None where there is none of its type."""
    found = BY_NAME.get(name)
    if found is None or not _fits(found, schema):
        return None
    return found


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    kinds = {"string": str, "integer": int, "array": list}
    options = [schema, *schema.get("anyOf", ())]
    return any(isinstance(value, kinds[one["type"]]) for one in options if one.get("type") in kinds)
