"""An exchange with an onion address through real Tor processes, in a private network on loopback."""

import re
import subprocess
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.harness import onions, run, zygote
from tests.harness.nodes import NodeProc, Nodes, free_port
from tests.replication import online, say
from tests.story.federation import configure

HOW_TO = run.ROOT / "docs" / "how-to" / "exchange-over-the-internet.md"
EVENTS, MIB = 200, 3
UNKNOWN = "25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenl5sid.onion"  # of RFC 8032's first test key: nobody's


class Holding(online.CuttingProxy):
    """Passes bytes on to a node, and stops for a while once so many came back: `held` is set then, `go_on` lets them pass."""

    def __init__(self, port: int, after: int) -> None:
        self.after, self.held, self.go_on = after, threading.Event(), threading.Event()
        super().__init__(port, iter(()))

    def _count(self, size: int, *, up: bool) -> None:
        super()._count(size, up=up)
        if not up and self.to_caller > self.after:
            self.held.set()
            self.go_on.wait()


@dataclass
class Scene:
    """Two nodes of one network; the onion name of the first, and the Tor of the second."""

    one: NodeProc
    two: NodeProc
    org: str
    tor: onions.Network
    line: Holding
    service: onions.Tor
    name: str
    client: onions.Tor
    socks: int

    @property
    def address(self) -> str:
        return f"http://{self.name}"

    def exchange(self, address: str = "") -> tuple[str, set[str]]:
        """What `tejido exchange with` said, and whom it called and looked up."""
        kept = self.two.folder.parent / "watched"
        kept.unlink(missing_ok=True)
        words = [str(kept), *self.two.words("exchange", "with", address or self.address)]
        done = zygote.call("tests.replication.watched", words, self.two.env, within_s=300)
        return done.stdout + done.stderr, set(kept.read_text().splitlines())

    def configure(self, proxy: str) -> None:
        configure(self.two, exchange_lan=False, exchange_proxy=proxy)


@pytest.fixture
def scene(nodes: Nodes, tmp_path: Path) -> Iterator[Scene]:
    with ThreadPoolExecutor(1) as pool, onions.network(tmp_path / "tor") as tor:
        begun = pool.submit(tor.begin)
        one, two = online.network_of(nodes, ["one", "two"])
        say.say(one, EVENTS, MIB)
        begun.result()
        line = Holding(one.port, MIB << 19)
        service, name = tor.service(line.port)
        socks = onions.port()
        client = tor.client("client", socks)
        configure(one, hosts=["one.example", name], https=True)  # as behind a web server that ends TLS for others
        one.serve()
        yield Scene(one, two, online.org_of(one), tor, line, service, name, client, socks)
        line.go_on.set()
        line.close()


@pytest.mark.skipif(not onions.installed(), reason=onions.MISSING)
def test_tor_takes_the_lines_of_the_how_to(tmp_path: Path) -> None:
    (lines,) = re.findall(r"^ *```text\n(.*?)```", HOW_TO.read_text(), re.MULTILINE | re.DOTALL)
    torrc = tmp_path / "torrc"
    torrc.write_text(textwrap.dedent(lines).replace("/var/lib/tor/tejido/", f"{tmp_path}/tejido/"))
    command = ["tor", "--verify-config", "-f", str(torrc), "--DataDirectory", str(tmp_path / "tor")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "HiddenServicePort 80 127.0.0.1:8000" in torrc.read_text()
    assert "Configuration was valid" in said


@pytest.mark.slow
@pytest.mark.skipif(not onions.installed(), reason=onions.MISSING)
def test_an_exchange_through_tor(scene: Scene) -> None:
    _without_the_setting_nothing_is_called(scene)
    _where_no_tor_runs_nothing_is_called(scene)
    scene.configure(f"socks5://127.0.0.1:{scene.socks}")
    _an_unknown_onion_address_is_told(scene)
    scene.tor.reach(scene.socks, scene.name)
    _their_tor_dies_while_a_recording_comes(scene)
    _the_next_exchange_brings_the_rest(scene)


def _without_the_setting_nothing_is_called(scene: Scene) -> None:
    scene.configure("")
    said = scene.two.call("partner", "add", scene.org, scene.name, "--every", "0", status=2).stderr
    assert 'Set "exchange_proxy" in node.json' in said
    scene.configure("socks5://127.0.0.1:9050")
    scene.two.call("partner", "add", scene.org, scene.name, "--every", "0")
    scene.configure("")
    said, called = scene.exchange()
    assert 'Set "exchange_proxy" in node.json' in said
    assert called == set()


def _where_no_tor_runs_nothing_is_called(scene: Scene) -> None:
    port = free_port()
    scene.configure(f"socks5://127.0.0.1:{port}")
    said, called = scene.exchange()
    assert "Tor does not run there" in said
    assert called == only(port)


def _an_unknown_onion_address_is_told(scene: Scene) -> None:
    scene.two.call("partner", "add", scene.org, UNKNOWN, "--every", "0")
    said, called = scene.exchange(UNKNOWN)
    assert "Tor reached nobody at this onion address" in said
    assert called == only(scene.socks)


def _their_tor_dies_while_a_recording_comes(scene: Scene) -> None:
    """It goes on once their Tor is there again. Ours is started anew, too: else it may look for the old one for two minutes."""
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(scene.exchange)
        assert scene.line.held.wait(120)
        scene.service.kill9()
        scene.line.go_on.set()
        scene.service, again = scene.tor.service(scene.line.port)
        assert again == scene.name
        other = onions.port()
        scene.tor.client("other", other)
        scene.tor.reach(other, scene.name)
        scene.client.kill9()
        scene.client = scene.tor.client("client", scene.socks)
        _, called = going.result()  # it may have got through to the end, or have told that nobody answers
    assert called == only(scene.socks)
    assert say.look(scene.two)["events"] > EVENTS


def _the_next_exchange_brings_the_rest(scene: Scene) -> None:
    scene.tor.reach(scene.socks, scene.name)
    said, _ = scene.exchange()
    assert "taken in" in said
    assert say.look(scene.one) == say.look(scene.two)
    assert say.look(scene.two)["lacking"] == []
    assert scene.line.to_caller < (MIB << 20) + EVENTS * 1000 + (3 << 20)  # nothing came twice but what was under way


def only(port: int) -> set[str]:
    """What a command does that speaks to the proxy and to nobody else; no name is looked up."""
    return {f"connect 127.0.0.1 {port}", f"getaddrinfo 127.0.0.1 {port}"}
