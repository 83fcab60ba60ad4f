"""A second implementation, from docs/protocol.md alone, with the standard library and PyNaCl: founds an organisation, asks
to be let into a network, exchanges over HTTPS. What it reads it checks with `docs/verify_bundle.py`, which is another's, too."""

import base64
import http.client
import json
import secrets
import zlib
from collections.abc import Iterator
from typing import Any

from nacl.signing import SigningKey

from tests.support.verifier import load

DAY = "2026-11-20"
Frame = tuple[str, bytes]
Said = dict[str, Any]
verify = load()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def signature(key: SigningKey, prefix: str, data: bytes) -> bytes:
    return key.sign(f"tejido/{prefix}/1\n".encode() + data).signature


def frame(kind: str, body: bytes) -> bytes:
    return kind.encode() + len(body).to_bytes(4, "big") + body


def frames(data: bytes) -> Iterator[Frame]:
    while data:
        size = int.from_bytes(data[1:5], "big")
        yield data[:1].decode(), data[5 : 5 + size]
        data = data[5 + size :]


def want(name: str, **more: Any) -> bytes:
    """A frame that asks."""
    return frame("W", canonical({"want": name, **more}))


class Second:
    """An organisation with one admin key and one device. `identity`: as papers carry it; `held`: what it took in."""

    def __init__(self, age: str) -> None:
        self.admin, self.device, self.held = SigningKey.generate(), SigningKey.generate(), verify.Bundle(None)
        keys = [SigningKey.generate().verify_key for _ in range(2)]
        self.key, self.identity = self.device.verify_key.encode().hex(), list[Said]()
        quorums = [{"k": 1, "keys": [bytes(key).hex()]} for key in (self.admin.verify_key, keys[0])]
        body = {"admin": quorums[0], "next": [verify.digest(b"next-key", bytes(keys[1]))], "recovery": quorums[1]}
        self.org = self._decide("org.genesis", body, {"lam": 1, "log": "", "org": "", "prev": "", "seq": 0})
        own = {"aggregate": self.org, "lam": 2, "log": self.org, "org": self.org, "prev": self.org, "seq": 1}
        self.named = self._decide("org.device", {"age": age, "key": self.key}, own)

    def _event(self, kind: str, body: Said, place: Said) -> tuple[bytes, bytes]:
        """Header and payload, as in a public space."""
        plain = secrets.token_bytes(16) + canonical(body)
        fields = {
            "aggregate": "",
            "blobs": [],
            "day": DAY,
            "deps": [],
            "kind": kind,
            "schema": 1,
            "v": "tejido1/ed25519",
        }
        sums = {"ph": verify.digest(b"payload", plain), "ps": len(plain) - 16}
        return canonical(fields | sums | place), b"\0" + plain

    def _decide(self, kind: str, body: Said, place: Said) -> str:
        header, payload = self._event(kind, body, place)
        signed = bytes([0]) + signature(self.admin, "event", header)
        name: str = verify.digest(b"event", header)
        self.held.event(place["log"] or name, header, signed, payload)
        self.identity.append({"h": header.decode(), "p": base64.b64encode(payload).decode(), "s": signed.hex()})
        return name

    def request(self, invitation: bytes) -> bytes:
        """The paper that asks to be let in, after an invitation was read."""
        first, second = invitation.split(b"\n")[:2]
        said = verify.canonical(second)
        verify.signed(b"file", second, bytes.fromhex(first.decode()), said["device"])
        described = [one["space"] for one in said["body"]["spaces"]]
        self.met, self.spaces = said["org"], {verify.digest(b"space", one.encode()): one for one in described}
        body = {"network": next(iter(self.spaces))}
        about = {"device": self.key, "form": "tejido-request/1", "identity": self.identity, "org": self.org}
        paper = canonical(about | {"body": body})
        return signature(self.device, "file", paper).hex().encode() + b"\n" + paper + b"\n"

    def meet(self, port: int) -> None:
        """The challenge: both sides prove their device."""
        self.line = http.client.HTTPConnection("localhost", port)
        caller = {"caller_org": self.org, "caller_device": self.key, "caller_nonce": secrets.token_hex(32)}
        hello = {"address": f"http://localhost:{port}", "called_org": self.met, "called_device": "", "called_nonce": ""}
        answer = json.loads(self._post("hello", canonical(hello | caller)))
        hello |= {**caller, "called_device": answer["device"], "called_nonce": answer["nonce"]}
        proof = signature(self.device, "hello", canonical(hello | {"side": "caller"})).hex()
        answer = json.loads(self._post("prove", canonical({"hello": hello, "identity": self.identity, "proof": proof})))
        theirs = canonical(hello | {"side": "called"})
        verify.signed(b"hello", theirs, bytes.fromhex(answer["proof"]), hello["called_device"])
        self.held.identities(canonical({"events": answer["identity"], "log": self.met}))
        assert hello["called_device"] in self.held.identity(self.met).devices
        self.token = answer["token"]

    def _post(self, path: str, body: bytes, **headers: str) -> bytes:
        self.line.request("POST", f"/exchange/1/{path}", body, {"Content-Type": "application/json", **headers})
        answer = self.line.getresponse()
        assert answer.status == 200, answer.status
        return answer.read()

    def turn(self, *said: bytes) -> list[Frame]:
        """Frames that answer these."""
        squeezed = {"Content-Type": "application/x-tejido-frames", "Content-Encoding": "deflate"}
        sent = zlib.compress(b"".join(said) + frame("E", b""))
        found = list(
            frames(zlib.decompress(self._post("turn", sent, Authorization=f"Bearer {self.token}", **squeezed)))
        )
        assert found[-1] == ("E", b"")
        return found[:-1]

    def heads(self) -> dict[str, Said]:
        """By space: what the node says that it holds."""
        told = [json.loads(body) for kind, body in self.turn(want("heads")) if kind == "H"]
        return {one["space"]: one for one in told}

    def fetch(self, heads: Said) -> None:
        """Everything of a space's logs that is not held here."""
        tips = [(one["log"], tip) for one in (*heads["identities"], *heads["logs"]) for tip in one["tips"]]
        lacking = {log: tip for log, tip in tips if tip["hash"] not in self.held.events}
        runs = [{"after": {"hash": "", "seq": -1}, "log": log, "tip": tip} for log, tip in lacking.items()]
        readers = {"P": self.held.pages, "Y": self.held.payloads}
        for kind, body in self.turn(want("pages", space=heads["space"], runs=runs)):
            readers[kind](body)

    def give(self, space: str, kind: str, body: Said) -> str:
        """Write one event in a public space; the node asks for it and is given it."""
        log = {"device": self.key, "epoch": secrets.token_hex(16), "org": self.org, "space": space}
        name: str = verify.digest(b"log", canonical(log))
        header, payload = self._event(kind, body, {"lam": 1, "log": name, "org": self.org, "prev": "", "seq": 0})
        tip = {"hash": verify.digest(b"event", header), "seq": 0}
        told = canonical({"identities": [], "logs": [{"log": name, "tips": [tip]}], "space": space})
        ask = want("wants", space=space, what="events", skip=0), frame("H", told)
        wanted = [json.loads(one) for _, one in self.turn(*ask)]
        assert [run["tip"] for one in wanted if one["want"] == "pages" for run in one["runs"]] == [tip]
        line = signature(self.device, "event", header).hex().encode() + b" " + header + b"\n"
        page = canonical(log) + b"\n" + self.spaces[space].encode() + b"\n" + line
        assert self.turn(frame("P", page), frame("Y", bytes.fromhex(tip["hash"]) + payload), *ask) == []
        return name
