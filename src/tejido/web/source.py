"""The program's own source, as the licence asks (AGPL, section 13): whoever uses a node may have what it runs.

Packed from the files that are running, so that a node that was changed gives its changes. Only the package lies in it:
no data folder, no keys, no database.
"""

import tarfile
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from tejido import __version__

PACKAGE = Path(__file__).resolve().parents[1]
BESIDE = ("LICENSE", "README.md", "pyproject.toml", "requirements.lock")
LEFT_OUT = ("__pycache__", ".pyc", ".mo")


def archive() -> Path:
    """A tar.gz of the running source in the node's temporary folder; packed anew where a file has changed."""
    files = [*_package(), *_beside()]
    stamps = "\n".join(f"{name} {path.stat().st_size} {path.stat().st_mtime_ns}" for name, path in files)
    folder = Path(settings.NODE_DIR) / "source"
    target = folder / f"tejido-{__version__}-{sha256(stamps.encode()).hexdigest()[:12]}.tar.gz"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.iterdir():
            old.unlink(missing_ok=True)
        _pack(files, target)
    return target


def _package() -> list[tuple[str, Path]]:
    found = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and not str(path).endswith(LEFT_OUT))
    return [
        (f"tejido/src/tejido/{path.relative_to(PACKAGE)}", path) for path in found if "__pycache__" not in path.parts
    ]


def _beside() -> list[tuple[str, Path]]:
    """What lies beside the package in a checkout; an installed package has none of it."""
    root = PACKAGE.parents[1]
    return [(f"tejido/{name}", root / name) for name in BESIDE if (root / name).is_file()]


def _pack(files: list[tuple[str, Path]], target: Path) -> None:
    part = target.with_suffix(".part")
    with tarfile.open(part, "w:gz") as pack:
        for name, path in files:
            pack.add(path, name, recursive=False, filter=_plain)
    part.replace(target)


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of the people and the machine that keep the node."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o644
    return info
