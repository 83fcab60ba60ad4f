"""One step of the demo, in a process of its own on one node: `python -m tejido.site.demo.steps FOLDER NODE STEP …`.

Every step does what people do, by the same actions and with ids of its own, so that repeating one changes nothing.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from tejido.site import node
from tejido.site.cli import setup
from tejido.site.demo import PASSWORD
from tejido.site.demo.content import NETWORK, NODES, QUESTIONS, TITLES, Place, content, hops, real_folder

KEYS = "demo-keys.json"
QUESTION = "Read us a page that carries you: what does it say about where you stand?"


class Step:
    """The demo's folder and the node that the step runs on."""

    def __init__(self, folder: Path, place: Place) -> None:
        self.folder, self.place = folder, place

    def keys(self) -> dict[str, str]:
        """Keys that later steps need: the chain's and the hops'."""
        path = self.folder / KEYS
        return dict(orjson.loads(path.read_bytes())) if path.exists() else {}

    def remember(self, name: str, key: str) -> None:
        """Keep a key for later steps."""
        data = orjson.dumps({**self.keys(), name: key}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        (self.folder / KEYS).write_bytes(data)

    def create(self, port: str) -> None:
        """The node, its organisation and its keeper."""
        import secrets

        if not (setup.folder() / node.CONFIG).exists():
            exchange = (str(self.folder / "exchange"),)
            config = node.NodeConfig(setup.folder(), name=self.place.org, port=int(port), demo=True)
            shared = replace(
                config, short_id=secrets.token_hex(4), exchange_folders=exchange, exchange_every_s=5, exchange_lan=True
            )
            node.save(shared)
        setup.django(create=True)
        setup.migrate()
        from tejido.ground.network.sheets import write
        from tejido.ground.people.models import Account
        from tejido.ground.store.founding import found
        from tejido.ground.store.models import Own

        if not Own.objects.exists():
            found(lambda sheets: write(sheets, self.folder / "sheets" / self.place.slug))
        if not Account.objects.filter(username=self.place.keeper).exists():
            self._account()

    def _account(self) -> None:
        from tejido.ground.people import OPERATOR
        from tejido.ground.people.actions import create_account

        password = PASSWORD.format(self.place.slug)
        create_account(
            viewer=OPERATOR,
            username=self.place.keeper,
            password=password,
            name=self.place.keeper.title(),
            roles=("keeper", "facilitator", "translator"),
        )

    def open(self) -> None:
        """The network."""
        setup.django()
        from tejido.ground.network import selectors
        from tejido.ground.network.actions import open_network

        if not any(one.name == NETWORK for one in selectors.networks()):
            open_network(name=NETWORK)

    def invite(self, slug: str) -> None:
        """An invitation file."""
        setup.django()
        from tejido.ground.network.actions import invite

        invite(network=self._network(), path=self.folder / f"{slug}.invitation")

    def join(self) -> None:
        """A request file."""
        setup.django()
        from tejido.ground.network.actions import join

        slug = self.place.slug
        join(invitation=self.folder / f"{slug}.invitation", request=self.folder / f"{slug}.request")

    def admit(self, slug: str) -> None:
        """Admit, and exchange, so that the other finds its keys."""
        setup.django()
        from tejido.ground.network.actions import admit

        admit(request=self.folder / f"{slug}.request")
        self._exchange()

    def _network(self) -> bytes:
        from tejido.ground.network import selectors

        return next(one.space for one in selectors.networks() if one.name == NETWORK)

    def _exchange(self) -> None:
        from tejido.ground.network.exchanging import exchange_folder

        exchange_folder(self.folder / "exchange")

    def exchange(self) -> None:
        """Fetch and give what is new."""
        setup.django()
        self._exchange()

    def settle(self) -> None:
        """Profile and circle."""
        setup.django()
        from tejido.ground.network.actions import state_profile
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay.actions import open_circle

        self._exchange()
        place = self.place
        state_profile(network=self._network(), name=place.org, place=place.city, languages=place.languages)
        key = open_circle(
            viewer=OPERATOR,
            name=place.circle,
            place=place.city,
            langs=place.languages,
            network=self._network(),
            command=f"demo-circle-{place.slug}",
        )
        self.remember(f"circle-{place.slug}", key)
        self._exchange()

    def charter(self) -> None:
        """The charter that comes with Tejido: the founder's first is in force at once."""
        setup.django()
        from tejido.ground.charter import defaults
        from tejido.ground.charter.actions import propose
        from tejido.ground.network import selectors
        from tejido.ground.people import OPERATOR

        info = next(one for one in selectors.networks() if one.name == NETWORK)
        propose(viewer=OPERATOR, network=info, chapters=defaults.CHAPTERS, rules=defaults.RULES)
        self._exchange()

    def chain(self) -> None:
        """The chain's question."""
        setup.django()
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay.actions import open_chain

        real = real_folder() is not None
        key = open_chain(
            viewer=OPERATOR,
            circle=self.keys()[f"circle-{self.place.slug}"],
            title="Pages that carry us" if real else content()["chain_title"],
            question=QUESTION if real else content()["question"],
            lang="en",
            command="demo-chain",
        )
        self.remember("chain", key)
        self._exchange()

    def hop(self, name: str) -> None:
        """Record, transcribe (the clip's own words, or the machine's), consent, pass on."""
        setup.django()
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay import actions

        self._exchange()
        hop = next(one for one in hops() if one.id == name)
        keys = self.keys()
        words = actions.Words(lang=hop.lang, audio=hop.file, audio_type=hop.media_type, synthetic=hop.synthetic)
        said = actions.Answer(("pass", "translate", "transcript", "archive"), "own", "self", hop.lang)
        common: dict[str, Any] = {"viewer": OPERATOR, "circle": keys[f"circle-{hop.place.slug}"], "words": words}
        common |= {"said": said, "command": f"demo-report-{hop.id}"}
        if hop.answers:
            report = actions.answer(hop=keys[hop.answers], role=hop.role, **common)
        else:
            report = actions.add_report(chain=keys["chain"], **common)
        self._transcript(report, hop)
        self.remember(hop.id, actions.pass_on(viewer=OPERATOR, report=report, command=f"demo-pass-{hop.id}"))
        self._exchange()

    def _transcript(self, report: str, hop: Any) -> None:
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay import actions
        from tejido.practices.relay.events import Segment

        if hop.segments:
            found = [
                Segment(id=f"d{number}", start=one["start_ms"], end=one["end_ms"], text=one["text"])
                for number, one in enumerate(hop.segments)
            ]
            actions.record_transcript(
                viewer=OPERATOR, report=report, model="", lang=hop.lang, found=found, command=f"demo-words-{hop.id}"
            )
            self._approve(report)

    def _approve(self, report: str) -> None:
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay import access
        from tejido.practices.relay.models import Report
        from tejido.practices.relay.review import actions
        from tejido.practices.relay.review.records import ORIGINAL

        for line in access.lines(Report.objects.get(key=report).lines):
            seen = actions.Seen(line.base)
            actions.approve(viewer=OPERATOR, key=report, into=ORIGINAL, segment=line.id, seen=seen)

    def publish(self) -> None:
        """The chain, in the languages that it was spoken in."""
        setup.django()
        from tejido.ground.people import OPERATOR
        from tejido.practices.relay.publishing import actions

        self._exchange()
        told = self.keys()
        langs = tuple(dict.fromkeys(hop.lang for hop in hops() if hop.id in told))
        choice = actions.Choice(chains=(told["chain"],), langs=langs, titles=TITLES, questions=QUESTIONS)
        actions.publish(viewer=OPERATOR, choice=choice, command="demo-edition")
        self._exchange()


def main(argv: list[str]) -> int:
    """FOLDER NODE STEP and the step's own words."""
    folder, slug, name, *rest = argv
    place = next(one for one in NODES if one.slug == slug)
    step: Callable[..., None] = getattr(Step(Path(folder), place), name)
    step(*rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
