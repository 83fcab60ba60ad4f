"""Brings a demo's node into the states that its pages have to show: `python -m tests.story.furnish PART …` prints JSON.

In one process a node, since each start of the command takes longer than everything that it does here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.harness import run
from tests.harness.nodes import NodeProc


def furnish(node: NodeProc, part: str, *args: str | Path) -> dict[str, str]:
    """Run a part of this module on a node: addresses of pages by name."""
    command = [sys.executable, "-m", "tests.story.furnish", part, *map(str, args)]
    env = {**node.env, "TEJIDO_NODE": str(node.folder), "DJANGO_SETTINGS_MODULE": "tejido.site.settings"}
    done = subprocess.run(command, env=env, cwd=run.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def founder(exchange: str, bundle: str) -> dict[str, str]:
    """Chicago asks to suspend Lagos, and makes a bundle for Gaziantep, of which one part does not arrive."""
    from tejido.ground.bundles import desk, glance, outside
    from tejido.ground.bundles.planning import ALL
    from tejido.ground.charter import actions
    from tejido.ground.network import selectors
    from tejido.ground.network.exchanging import exchange_folder
    from tejido.ground.people import OPERATOR

    (info,) = selectors.networks()
    known = {one.name: one.org for one in glance.members(viewer=OPERATOR)}
    lagos = next(org for name, org in known.items() if "Students" in name)
    words = "Nobody has heard from them for a quarter, and their telephone is off."
    actions.ask_suspension(viewer=OPERATOR, network=info, org=lagos, words=words)
    exchange_folder(Path(exchange))
    to = [next(org for name, org in known.items() if "Refugee" in name)]
    asked = desk.wish(viewer=OPERATOR, to=to, since=ALL, blobs=True, megabytes=1)
    made = outside.make(asked, Path(bundle), lambda permille: None)
    return {"parts": str(len(made.paths))}


def member(exchange: str, bundle: str, sheets: str, report: str) -> dict[str, str]:
    """Gaziantep hears of it, and has a partner, bundles both ways, a lost device, an erasure, something published."""
    from tejido.ground.network import selectors
    from tejido.ground.network.exchanging import exchange_folder
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import actions

    exchange_folder(Path(exchange))
    (info,) = selectors.networks()
    found = {**_matters(info), **_partner(info), **_published()}
    _device(Path(sheets))
    actions.withdraw(viewer=OPERATOR, report=report)
    return {**found, **_bundles(Path(bundle))}


def _matters(info: Any) -> dict[str, str]:
    from tejido.ground.charter import selectors

    (one,) = (one for one in selectors.course_of(info).standings if one.matter.what == "suspend")
    at = f"/network/{info.key}/members/{one.matter.about}"
    return {
        "charter-suspension": f"/network/{info.key}/matters/{selectors.key_of(one.matter)}/",
        "charter-suspend": f"{at}/suspend/",
    }


def _partner(info: Any) -> dict[str, str]:
    from tejido.ground.peers import actions

    def found(host: str, port: int) -> list[str]:
        return [f"93.184.215.{14 if host and port else 0}"]

    made = actions.add(org=info.owner.hex(), address="https://node.committee.example", resolver=found)
    at = f"/network/partners/{made.id}"
    return {"partners": "/network/partners/", "partner-change": f"{at}/", "partner-remove": f"{at}/remove/"}


def _bundles(bundle: Path) -> dict[str, str]:
    from tejido.ground.bundles import desk, glance
    from tejido.ground.bundles.planning import ALL
    from tejido.ground.people import OPERATOR

    everybody = [one.org for one in glance.members(viewer=OPERATOR) if one.name]
    asked = desk.wish(viewer=OPERATOR, to=everybody, since=ALL, blobs=True, megabytes=1)
    made = desk.make(viewer=OPERATOR, asked=asked)
    first, *_ = sorted(bundle.iterdir())
    with first.open("rb") as part:
        (arrived,) = desk.gather(viewer=OPERATOR, files=[part])
    return {
        "bundle-made": f"/network/exchange/send/{made.id}/",
        "bundle-arriving": f"/network/exchange/take/{arrived}/",
    }


def _device(sheets: Path) -> None:
    from nacl.signing import SigningKey
    from pyrage import x25519

    from tejido.ground.devices import actions, deciding
    from tejido.ground.devices.sheets import read, signers
    from tejido.ground.network.selectors import org_id

    held = [read(path.read_text()) for path in sorted(sheets.glob("admin*"))]
    org, key = org_id(), SigningKey.generate().verify_key.encode()
    by = signers(deciding.identity_of(org).admin, held[:2], "admin")
    actions.name_device(org, key, str(x25519.Identity.generate().to_public()), by)
    actions.revoke(key, held[:2])


def _published() -> dict[str, str]:
    from tejido.ground.people import OPERATOR
    from tejido.practices.relay import selectors
    from tejido.practices.relay.publishing import actions, proofs

    (chain,) = selectors.chains(viewer=OPERATOR)
    titles = {"ar": "ثمن الحصّة", "es": "Lo que cuesta la cuota"}
    choice = actions.Choice(chains=(chain.key,), langs=("ar", "es"), titles=titles)
    slug, proof = actions.publish(viewer=OPERATOR, choice=choice), proofs.prove(viewer=OPERATOR, choice=choice)
    at = f"/publications/{slug}"
    return {
        "publication": f"{at}/",
        "publication-correct": f"{at}/correct/",
        "publication-unpublish": f"{at}/unpublish/",
        "publication-cover": f"{at}/cover/",
        "publication-proof": f"/publications/proofs/{proof}/",
        "publish-season": "/publications/new/",
    }


def main(argv: list[str]) -> int:
    """PART and its words."""
    import django

    django.setup()
    parts: dict[str, Callable[..., dict[str, str]]] = {"founder": founder, "member": member}
    print(json.dumps(parts[argv[0]](*argv[1:])))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tejido.site.settings")
    sys.exit(main(sys.argv[1:]))
