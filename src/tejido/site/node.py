"""A node's own configuration: one JSON file in its data folder, and the folder's layout."""

import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

CONFIG = "node.json"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "secure_delete=ON",
    "cache_size=-32000",
    "wal_autocheckpoint=4000",
)


@dataclass(frozen=True)
class NodeConfig:
    """What `node.json` holds; `folder` is where it was found.

    `exchange_lan`: whether partners may stand at local addresses; `exchange_proxy`: SOCKS proxy for onion addresses.
    `https`: a proxy in front ends TLS and sets X-Forwarded-Proto. `processes`, `threads`: of the web server.
    `keeper_factor`: what is asked of keepers without a second factor: `warn`, `require` or `off`.
    `public_address`: beginning of the addresses in feeds and books, where it is not that of `hosts`.
    `press_fonts`: folder of further fonts for books, for languages that those of the program do not cover.
    `translation_server`: address of a LibreTranslate-compatible server; `translation_key`: its key, where it asks for one.
    `translate_into`: languages into which the worker drafts what comes, by itself.
    `hosted_by`: on whose machine it runs, where that is somebody else's: the pages say what they can see.
    `api_rate`: requests to the API that an account may make a minute, 0: as many as it likes.
    """

    folder: Path
    name: str = "node"
    port: int = 8000
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    short_id: str = "node"
    database: str = ""
    hosts: tuple[str, ...] = ()
    public_address: str = ""
    press_fonts: str = ""
    exchange_folders: tuple[str, ...] = ()
    exchange_every_s: int = 60
    exchange_lan: bool = False
    exchange_proxy: str = ""
    https: bool = False
    processes: int = 2
    threads: int = 8
    speech_model: str = ""
    keeper_factor: str = "warn"
    translation_server: str = ""
    translation_key: str = ""
    translate_into: tuple[str, ...] = ()
    api_rate: int = 600
    hosted_by: str = ""
    demo: bool = False


def load(folder: Path | None = None) -> NodeConfig:
    """The configuration in `folder` (default: `TEJIDO_NODE`, else `var/node`); defaults where the file is absent."""
    folder = folder or Path(os.environ.get("TEJIDO_NODE", "var/node")).absolute()
    try:
        stored: dict[str, Any] = orjson.loads((folder / CONFIG).read_bytes())
    except FileNotFoundError:
        return NodeConfig(folder=folder)
    fields = NodeConfig.__dataclass_fields__
    known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items() if k in fields}
    return replace(NodeConfig(folder=folder), **known)


def save(config: NodeConfig) -> None:
    """Write `node.json`, readable by its owner alone: it holds the session secret."""
    config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    values = {k: v for k, v in asdict(config).items() if k != "folder"}
    part = config.folder / (CONFIG + ".part")
    part.touch(mode=0o600)
    part.write_bytes(orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    part.replace(config.folder / CONFIG)


def database(config: NodeConfig) -> dict[str, Any]:
    """Django's DATABASES entry: SQLite in the folder, or the PostgreSQL server named by `database`."""
    url = config.database or os.environ.get("TEJIDO_TEST_DATABASE", "")
    if url.startswith(("postgres://", "postgresql://")):
        return _postgres(url)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(config.folder / "db.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "".join(f"PRAGMA {p};" for p in PRAGMAS),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"pool": False},
    }
