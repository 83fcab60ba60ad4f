"""A private Tor network on loopback: authorities that are relays too, an onion service before a port, and a client.

Real `tor` processes, as Debian ships them, with the short intervals of TestingTorNetwork. They end with the test, and by
themselves where the test run was killed.
"""

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import python_socks
from python_socks.sync import Proxy

AUTHORITIES, RELAYS = 3, 3
WITHIN_S, TRY_S = 300, 30
LOG_LINES = 40
MISSING = "needs Tor (apt-get install tor)"
# The shortest intervals that tor accepts: first consensus after 5 s, then one each 10 s. Whoever is there is guard and directory.
AUTHORITY = """
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo nobody
ExitPolicy reject *:*
TestingV3AuthInitialVotingInterval 5
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
"""
RELAY = "Address 127.0.0.1\nAssumeReachable 1\nSocksPort 0\n"


class TorFailed(Exception):
    """The private Tor network did not come up; the ends of its logs follow."""


def installed() -> bool:
    """Whether Debian's package, or the like of it, is here."""
    return all(map(shutil.which, ("tor", "tor-gencert")))


def port() -> int:
    """A free port below those that the kernel gives to everybody else: nobody takes it before Tor does."""
    while True:
        number = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number


@dataclass(frozen=True)
class Authority:
    """A directory authority's name and what the others know of it."""

    name: str
    relay_port: int
    directory_port: int
    identity: str
    fingerprint: str

    def line(self) -> str:
        """As each torrc names it."""
        return (
            f"DirAuthority {self.name} orport={self.relay_port} v3ident={self.identity} "
            f"127.0.0.1:{self.directory_port} {self.fingerprint}"
        )


@dataclass
class Tor:
    """One tor process and its folder."""

    folder: Path
    popen: "subprocess.Popen[bytes]"
    killed: bool = False

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    @property
    def ready(self) -> bool:
        """Whether it has found its way into the network."""
        return "Bootstrapped 100%" in self.log

    def kill9(self) -> None:
        """As a power cut does."""
        self.popen.kill()
        self.popen.wait()
        self.killed = True


@dataclass
class Network:
    """The network. `service` and `client` start processes of their own in it."""

    folder: Path
    authorities: list[Authority] = field(default_factory=list)
    made: list[Tor] = field(default_factory=list)

    def begin(self) -> None:
        """Start authorities and relays, and wait until the authorities agree on all of them."""
        names = [f"authority{i}" for i in range(AUTHORITIES)]
        with ThreadPoolExecutor(AUTHORITIES) as pool:  # making keys is what takes the time
            self.authorities = list(pool.map(self._authority, names))
        for one in self.authorities:
            ports = f"ORPort 127.0.0.1:{one.relay_port}\nDirPort 127.0.0.1:{one.directory_port}\n"
            self.start(one.name, RELAY + ports + AUTHORITY)
        self.until(lambda: all(_fetched(one, "authority") for one in self.authorities))
        for i in range(RELAYS):
            self.start(f"relay{i}", f"{RELAY}ORPort 127.0.0.1:{port()}\nExitRelay 0\n")
        self.until(lambda: all(map(_agreed, self.authorities)))

    def _authority(self, name: str) -> Authority:
        folder = self.folder / name
        keys = folder / "keys"
        keys.mkdir(parents=True)
        folder.chmod(0o700)
        keys.chmod(0o700)
        relay_port, directory_port = port(), port()
        where: list[str | Path] = ["-i", keys / "authority_identity_key", "-s", keys / "authority_signing_key"]
        where += ["-c", keys / "authority_certificate", "-a", f"127.0.0.1:{directory_port}"]
        _output("tor-gencert", "--create-identity-key", "--passphrase-fd", "0", "-m", "12", *where)
        identity = _found(r"^fingerprint (\w+)$", (keys / "authority_certificate").read_text())
        nobody = f"x 127.0.0.1:1 {'f' * 40}"
        said = _output("tor", *_NO_TORRC, "--list-fingerprint", "--ORPort", "1", "--DataDirectory", folder,
                       "--Nickname", name, "--DirAuthority", nobody)  # fmt: skip
        fingerprint = _found(rf"^{name} ([0-9A-F ]+)$", said).replace(" ", "")
        return Authority(name, relay_port, directory_port, identity, fingerprint)

    def start(self, name: str, torrc: str) -> Tor:
        """A tor process; with a name that was there before, in the same folder."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "log").unlink(missing_ok=True)
        common = [
            f"Nickname {name}",
            f"DataDirectory {folder}",
            f"Log notice file {folder / 'log'}",
            "TestingTorNetwork 1",
        ]
        common += [f"__OwningControllerProcess {os.getpid()}", "PathsNeededToBuildCircuits 0.25"]
        common += [one.line() for one in self.authorities]
        (folder / "torrc").write_text("\n".join([*common, torrc]))
        command = ["tor", "-f", str(folder / "torrc"), "--defaults-torrc", str(folder / "none")]
        with (folder / "output").open("wb") as output:
            popen = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.made.append(Tor(folder, popen))
        return self.made[-1]

    def service(self, port: int) -> tuple[Tor, str]:
        """An onion service that hands its port 80 on to a port of this machine; its name."""
        place = self.folder / "service" / "onion"
        tor = self.start("service", f"SocksPort 0\nHiddenServiceDir {place}\nHiddenServicePort 80 127.0.0.1:{port}\n")
        self.until(lambda: tor.ready and (place / "hostname").exists())
        return tor, (place / "hostname").read_text().strip()

    def client(self, name: str, port: int) -> Tor:
        """Somebody's own Tor with this SOCKS port, once it has found its way."""
        tor = self.start(name, f"SocksPort 127.0.0.1:{port}\n")
        self.until(lambda: tor.ready)
        return tor

    def reach(self, socks: int, name: str) -> None:
        """Wait until an onion service can be reached through a client: its descriptor is where Tor looks for it."""
        self.until(lambda: _reached(socks, name))

    def until(self, come: Callable[[], bool]) -> None:
        """Wait for something; raises `TorFailed` with all logs."""
        end = time.monotonic() + WITHIN_S
        while not come():
            if time.monotonic() > end or any(one.popen.poll() is not None for one in self.made if not one.killed):
                raise TorFailed(self.logs())
            time.sleep(0.1)

    def logs(self) -> str:
        """The ends of all logs."""
        return "\n".join(f"--- {one.folder.name}\n" + "\n".join(_end(one)) for one in self.made)

    def stop(self) -> None:
        """End every process that was started here."""
        for one in reversed(self.made):
            one.kill9()


_NO_TORRC = ("-f", "none", "--ignore-missing-torrc", "--defaults-torrc", "none")


def _output(*command: str | Path) -> str:
    done = subprocess.run(command, input="password\n", capture_output=True, text=True, check=False)
    if done.returncode:
        raise TorFailed(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise TorFailed(f"no {pattern} in: {text}")
    return match[1]


def _end(tor: Tor) -> list[str]:
    output = tor.folder / "output"
    return [
        *(output.read_text(errors="replace").splitlines()[-5:] if output.exists() else []),
        *tor.log.splitlines()[-LOG_LINES:],
    ]


def _fetched(one: Authority, what: str) -> str:
    """What an authority tells whoever asks; "" where it has nothing to tell yet."""
    place = "keys/authority" if what == "authority" else f"status-vote/current/{what}"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{one.directory_port}/tor/{place}", timeout=5) as answer:
            return str(answer.read().decode())
    except (OSError, urllib.error.URLError):
        return ""


def _agreed(one: Authority) -> bool:
    """Whether its consensus names everybody as guard and as directory of onion services."""
    flags = re.findall(r"^s (.*)$", _fetched(one, "consensus"), re.MULTILINE)
    return len(flags) == AUTHORITIES + RELAYS and all("Guard" in line and "HSDir" in line for line in flags)


def _reached(socks: int, name: str) -> bool:
    with contextlib.suppress(python_socks.ProxyError, OSError):
        Proxy.from_url(f"socks5://127.0.0.1:{socks}", rdns=True).connect(name, 80, timeout=TRY_S).close()
        return True
    return False


@contextlib.contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A private Tor network, which the test begins; pytest shows the ends of its logs where the test failed."""
    made = Network(folder)
    folder.mkdir(mode=0o700)
    try:
        yield made
    finally:
        made.stop()
        print(made.logs())
