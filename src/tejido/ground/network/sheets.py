"""Recovery and admin keys for print: the only things that can bring an organisation back when all devices are lost.

They are written to files once, to be printed and kept in different places, and do not stay on the node.
"""

from pathlib import Path

from tejido.ground.store.founding import NEEDED, PRINTED, Sheets
from tejido.log.words import fingerprint

TEXT = """TEJIDO {role} SHEET {number} of {total}

Organisation   {org}
               {words}

{key}

Any {needed} of the {total} {role} sheets together {power}.
{alone}Print this file, delete it, and keep the sheets in different places with different people.
Nobody can make another one. Whoever holds {needed} of them can act for the organisation.
"""
POWER = {"ADMIN": "sign changes to the organisation's devices", "RECOVERY": "overrule the admin keys and replace them"}
ALONE = """This sheet alone opens the original recordings that speakers left for the archive:
tejido key open-original FILE TARGET --sheet THIS

"""


def write(sheets: Sheets, folder: Path) -> list[Path]:
    """Write a file a sheet into `folder`; their paths. Where the recovery keys stay as they are, admin sheets alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    admin = [
        f"key   {key.seed.hex()}\nnext  {after.seed.hex()}"
        for key, after in zip(sheets.admin, sheets.next, strict=True)
    ]
    recovery = [f"key   {key.seed.hex()}" for key in sheets.recovery]
    paths = []
    for role, listed in (("ADMIN", admin), ("RECOVERY", recovery)):
        for place, lines in enumerate(listed):
            path = folder / f"{role.lower()}-{place + 1}.txt"
            path.touch(mode=0o600)
            path.write_text(_text(sheets.org, role, place + 1, lines), encoding="utf-8")
            paths.append(path)
    return paths


def _text(org: bytes, role: str, number: int, key: str) -> str:
    return TEXT.format(
        role=role, number=number, total=PRINTED, needed=NEEDED, org=org.hex(), words=fingerprint(org), key=key,
        power=POWER[role], alone=ALONE if role == "RECOVERY" else "",
    )  # fmt: skip
