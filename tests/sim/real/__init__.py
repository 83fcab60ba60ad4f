"""The same kind of play on real stores: three nodes and more with SQLite databases in a temporary folder, in one process
that goes from one to the other; real core, real rooms, crashes within a transaction, full disks, backups that come back,
disks that are copied, members removed and devices revoked in mid-exchange, and a search for erased words in every file."""

import os
import shutil
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

SHOWN = 200


def main(first: int, seeds: int, plant: str = "", only: tuple[str, ...] = ()) -> int:
    """Play these seeds and tell; the exit status is 1 where one failed. `plant`: a fault of `planted`; `only`: these deeds."""
    began, failed, seen = time.monotonic(), 0, Counter[str]()
    with tempfile.TemporaryDirectory(prefix="tejido-sim-") as folder:
        template = _template(Path(folder))
        for seed in range(first, first + seeds):
            failed += _tell(seed, template, Path(folder) / str(seed), plant, only, seen)
    print(", ".join(f"{name} {count}" for name, count in sorted(seen.items())))
    print(f"{seeds} seeds on real stores, {failed} failed, {time.monotonic() - began:.1f} s")
    return 1 if failed else 0


def _template(folder: Path) -> Path:
    """A node's folder with an empty database, made once."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tejido.site.settings"
    os.environ["TEJIDO_NODE"] = str(folder / "template")
    (folder / "template").mkdir()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from tejido.ground.store import tables

    tables.ensure()
    found = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    return found


def _tell(seed: int, template: Path, folder: Path, plant: str, only: tuple[str, ...], seen: Counter[str]) -> int:
    from tests.sim.real import planted
    from tests.sim.real.play import RealPlay

    play = RealPlay(seed, template, folder, only)
    try:
        with planted.fault(plant):
            play.run()
    except Exception as error:  # noqa: BLE001 - whatever a node could not stand is what we look for
        traceback.print_exc()
        print("\n".join(play.story[-SHOWN:]))
        print(f"seed {seed}: {type(error).__name__}: {error}")
        more = "".join(f" --{name} {value}" for name, value in (("plant", plant), ("only", ",".join(only))) if value)
        print(f"repeat it with: python -m tests.sim --real --seed {seed}{more}")
        return 1
    finally:
        seen.update(play.seen())
        play.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0
