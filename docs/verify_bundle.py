#!/usr/bin/env python3
"""Verify a bundle without Tejido: `python verify_bundle.py STREAM`, the stream as `tejido bundle open` writes it.

Written from docs/protocol.md alone, with PyNaCl and the standard library. It says what the stream holds and everything that is
wrong with it; the exit status is 1 if anything is. What the bundle's ranges begin after is not in it, and is not checked."""
# fmt: off
import base64
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from hashlib import sha256
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError
KIND, DAY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}\Z"), re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
PRIVATE = {"deps", "lam", "log", "org", "ph", "prev", "ps", "seq", "v"}
PUBLIC = PRIVATE | {"aggregate", "blobs", "day", "kind", "schema"}
MOST = {"P": 1 << 20, "Y": 32 + (1 << 18) + 1024, "C": 36 + (1 << 20), "K": 32 + (1 << 20), "E": 0}
NEXT = {"": "M", "M": "I", "I": "IPKDE", "P": "YPKDE", "Y": "YPKDE", "K": "KDE", "D": "C", "C": "CDE"}
COUNTED = {"I": "identities", "P": "pages", "Y": "payloads", "K": "checkpoints", "D": "blobs", "C": "chunks"}
class Wrong(Exception):
    """What is not as the protocol says."""
NOT_SO = (Wrong, ValueError, TypeError, KeyError, IndexError, RecursionError)

def must(holds, what):
    if not holds:
        raise Wrong(what)
def digest(prefix, data): return sha256(b"tejido/" + prefix + b"/1\n" + data).hexdigest()
def signed(prefix, data, signature, key):
    try:
        crypto_sign_open(signature + b"tejido/" + prefix + b"/1\n" + data, bytes.fromhex(key))
    except BadSignatureError:
        raise Wrong("a signature does not verify") from None
def checked(value, depth=0):
    """Raise unless a value is within the profile of section 2."""
    if isinstance(value, str):
        old = "".join(one if unicodedata.ucd_3_2_0.category(one) != "Cn" else "\ufffd" for one in value)
        must("\0" not in value and any(unicodedata.is_normalized("NFC", one) for one in (value, old)), "text holds NUL, or is not in normal form C")
    elif isinstance(value, (dict, list)):
        must(depth < 32, "more than 32 levels")
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            must(isinstance(key, int) or (key.isascii() and "\0" not in key), "a key is not ASCII")
            checked(inner, depth + 1)
    else:
        must(value is None or isinstance(value, bool) or number(value, 1 - 2**53, 2**53), "no whole number, or out of range")
def canonical(data, *keys):
    """The object in canonical bytes (section 2), with exactly these keys if any are named."""
    value = json.loads(data.decode(), object_pairs_hook=lambda found: must(len(dict(found)) == len(found), "a key stands twice") or dict(found))
    checked(value)
    again = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    must(again == data and isinstance(value, dict), "this is not in canonical form, or no object")
    must(not keys or value.keys() == set(keys), f"an object with {', '.join(keys)} is expected")
    return value
def is_hash(value, size=64): return isinstance(value, str) and re.fullmatch(f"[0-9a-f]{{{size}}}", value) is not None
def hashes(value, most): return len(value) <= most and all(map(is_hash, value)) and value == sorted(set(value))
def number(value, least, below): return type(value) is int and least <= value < below
def a_day(value): must(DAY.match(value) and date.fromisoformat(value), "a day malformed")
def kinded(value):
    """Kind, schema and aggregate, wherever they stand."""
    must(isinstance(value["kind"], str) and KIND.match(value["kind"]) and len(value["kind"]) <= 64, "kind malformed")
    must(number(value["schema"], 1, 10000) and hashes(value["blobs"], 16), "schema or blobs malformed")
    must(value["aggregate"] == "" or is_hash(value["aggregate"]), "aggregate malformed")
def header_of(data):
    """A header that is as section 4 says."""
    must(len(data) <= 4096 and data.isascii(), "a header is too long, or not ASCII")
    head = canonical(data)
    must(head.keys() in (PUBLIC, PRIVATE) and head["v"] == "tejido1/ed25519", "a header has other fields")
    first = head["org"] == head["log"] == ""
    must(first or (is_hash(head["org"]) and is_hash(head["log"])), "org or log malformed")
    sizes = number(head["seq"], 0, 2**53) and number(head["lam"], 1, 2**53) and number(head["ps"], 2, 2**18 + 1)
    must(sizes and hashes(head["deps"], 8), "seq, lam, ps or deps malformed")
    must(is_hash(head["ph"]) and (is_hash(head["prev"]) if head["seq"] else head["prev"] == ""), "ph or prev malformed")
    if "kind" in head:
        kinded(head)
        a_day(head["day"])
    must(not first or (head.get("kind"), head["seq"], head["lam"], head["deps"]) == ("org.genesis", 0, 1, []), "no genesis")
    return head
def opened(payload, head):
    """The body of a payload in plain form; None where it is sealed (section 5)."""
    if payload[:1] == b"\1":
        return must("kind" not in head and len(payload) == 1 + 16 + 72 + 56 + head["ps"], "a sealed payload of another size, or in public")
    same = digest(b"payload", payload[1:]) == head["ph"] and len(payload) == 1 + 16 + head["ps"]
    must(payload[:1] == b"\0" and same, "a payload is not what its header commits to")
    if "kind" in head:
        return canonical(payload[17:])
    value = canonical(payload[17:], "aggregate", "at", "blobs", "body", "kind", "schema")
    kinded(value)
    must(number(value["at"], 0, 253402300800) and isinstance(value["body"], dict), "at or body malformed")
    return value["body"]
def quorum(value):
    must(isinstance(value, dict) and value.keys() == {"k", "keys"} and isinstance(value["keys"], list), "a quorum malformed")
    keys = value["keys"]
    must(all(map(is_hash, keys)) and len(set(keys)) == len(keys) <= 9 and number(value["k"], 1, len(keys) + 1), "a quorum malformed")
    return value["k"], keys
def signers(data, signature, of):
    k, keys = of
    places = list(signature[::65])
    must(len(signature) == 65 * k and places == sorted(set(places)) and places[-1] < len(keys), f"{k} signatures are needed, in order")
    for at, place in enumerate(places):
        signed(b"event", data, signature[65 * at + 1:65 * at + 65], keys[place])
    return {digest(b"next-key", bytes.fromhex(keys[place])) for place in places}
def after(kind, body, data, signature, before):
    """Who signs what follows an identity event: (admin, recovery, next), section 6. Raises unless those signed it who must."""
    if kind not in ("org.genesis", "org.rotated", "org.recovered"):
        signers(data, signature, before[0])
        return before
    must(body is not None, f"{kind} comes with its payload")
    admin, following, over = quorum(body.get("admin")), body.get("next"), body.get("over", [])
    must(isinstance(following, list) and all(map(is_hash, following)), "next malformed")
    recovery = quorum(body.get("recovery")) if kind == "org.genesis" or (kind == "org.recovered" and "recovery" in body) else before[1]
    if kind == "org.recovered":
        must(isinstance(over, list) and len(over) <= 64 and all(map(is_hash, over)), "over malformed")
    by = signers(data, signature, before[1] if kind == "org.recovered" else admin)
    if kind == "org.rotated":
        must(admin[0] >= before[0][0] and by <= set(before[2]), "a rotation by keys that were not promised, or by fewer than before")
    return admin, recovery, following

class Bundle:
    """`events`: hash → [space, log, header, body]; `logs`, `spaces`: id → descriptor; `authority`: event → who signs what follows."""
    def __init__(self, file):
        self.file, self.sum, self.size, self.counts, self.problems = file, sha256(), 0, Counter(), []
        self.events, self.logs, self.spaces, self.authority, self.payloads, self.page = {}, {}, {}, {}, set(), set()
        self.blob, self.chunks, self.at = "", [], 0

    def read(self):
        must(self.file.read(16) == b"tejido/bundle/1\n", "this is no stream of a bundle")
        last, readers = "", {"M": self.manifest, "I": self.identity, "P": self.pages, "Y": self.payload, "K": self.checkpoint,
                             "D": self.descriptor, "C": self.chunk, "E": lambda _body: None}
        while last != "E":
            head = self.file.read(5)
            kind, size = head[:1].decode("latin-1"), int.from_bytes(head[1:], "big")
            must(len(head) == 5 and kind in NEXT[last] and size <= MOST.get(kind, 1 << 20), "no such frame belongs here, or it is cut off")
            body, last = self.file.read(size), kind
            must(len(body) == size, "the stream ends within a frame")
            if kind != "M":
                self.sum.update(head + body)
                self.size, self.counts[COUNTED.get(kind, "")] = self.size + 5 + size, self.counts[COUNTED.get(kind, "")] + 1
            try:
                readers[kind](body)
            except NOT_SO as error:
                must(kind != "M", f"no manifest: {error}")
                self.problems.append(f"frame {kind}: {error}")
        must(not self.file.read(1), "bytes follow the end")
        self.whole()
    def manifest(self, body):
        said = self.said = canonical(body[64:], *"counts day device digest form id org ranges recipients size".split())
        must(said["form"] == "tejido-bundle/1" and all(is_hash(said[one]) for one in ("device", "org", "digest")), "form or hashes malformed")
        a_day(said["day"])
        must(is_hash(said["id"], 32) and hashes(said["recipients"], 100), "id or recipients malformed")
        must(all(is_hash(r[0]) and is_hash(r[1]) and is_hash(r[4]) and number(r[2], 0, r[3] + 1) for r in said["ranges"]), "ranges malformed")
        signed(b"bundle", body[64:], body[:64], said["device"])
    def identity(self, body):
        said = canonical(body, "events", "log")
        for one in said["events"]:
            must(re.fullmatch("([0-9a-f]{130})+", one["s"]), "signatures are in lower-case hex")
            self.event(said["log"], one["h"].encode(), bytes.fromhex(one["s"]), base64.b64decode(one["p"], validate=True))
    def event(self, log, data, signature, payload=b""):
        head, name, place = header_of(data), digest(b"event", data), self.logs.get(log)
        must((head["log"] or name) == log, "a header names another log than the one that it came in")
        body = opened(payload, head) if payload else None
        if place is None:  # an identity log
            must("kind" in head and head["org"] == head["log"], "an identity event is in public form, of its own organisation")
            must(not head["seq"] or head["prev"] in self.authority, "what comes before an identity event is not in the bundle")
            self.authority[name] = after(head["kind"], body, data, signature, self.authority.get(head["prev"], [None] * 3))
        else:
            must(head["org"] == place["org"] and ("kind" in head) == self.spaces[place["space"]], "another organisation, or form")
            signed(b"event", data, signature, place["device"])
        self.events[name] = [place["space"] if place else log, log, head, body]
        self.payloads |= {name} if payload else set()
        return name
    def pages(self, body):
        first, second, *lines = body.split(b"\n")
        must(1 < len(lines) <= 2001 and lines.pop() == b"", "a page is not whole, or too long")
        log, space = canonical(first, "device", "epoch", "org", "space"), canonical(second, "nonce", "owner", "public")
        must(all(is_hash(log[one]) for one in ("device", "org", "space")) and is_hash(log["epoch"], 32), "a log's descriptor malformed")
        right = is_hash(space["nonce"], 32) and is_hash(space["owner"]) and isinstance(space["public"], bool)
        must(right and digest(b"space", second) == log["space"], "a space's descriptor malformed, or another's")
        name = digest(b"log", first)
        self.logs[name], self.spaces[log["space"]], self.page = log, space["public"], set()
        self.counts["events"] += len(lines)
        for line in lines:
            must(re.match(rb"[0-9a-f]{128} ", line), "a line is not a signature, a space and a header")
            self.page.add(self.event(name, line[129:], bytes.fromhex(line[:128].decode())))
    def payload(self, body):
        name = body[:32].hex()
        must(name in self.page, "a payload of no event of the page before")
        self.events[name][3] = opened(body[32:], self.events[name][2])
        self.payloads.add(name)
    def checkpoint(self, body):
        first, second, rest = body[32:].split(b"\n")
        said = canonical(second)
        must(rest == b"" and said["space"] == body[:32].hex() and re.fullmatch(rb"[0-9a-f]{128}", first), "a checkpoint malformed")
        signed(b"checkpoint", second, bytes.fromhex(first.decode()), said["device"])
    def descriptor(self, body):
        must(self.at == len(self.chunks), "chunks are missing")
        said = canonical(body, "chunks", "size")
        self.blob, self.chunks, self.left, self.at = digest(b"blob", body), said["chunks"], said["size"], 0
        must(number(self.left, 0, 2**31 + 1) and len(self.chunks) == max(1, -(-self.left // 2**20)), "a blob's chunks malformed")
    def chunk(self, body):
        must(body[:36] == bytes.fromhex(self.blob) + self.at.to_bytes(4, "big"), "a chunk of another blob, or out of order")
        whole = len(body) - 36 == min(2**20, self.left)
        must(whole and sha256(body[36:]).hexdigest() == self.chunks[self.at], "a chunk has the wrong bytes")
        self.left, self.at = self.left - len(body) + 36, self.at + 1
    def whole(self):
        """What can be said at the end: the digest, chains, `lam`, ranges, devices."""
        counts = {one: self.counts[one] for one in (*COUNTED.values(), "events")}
        same = (self.said["digest"], self.said["size"], self.said["counts"]) == (self.sum.hexdigest(), self.size, counts)
        checks = [(same, "what came is not what was signed"), (self.at == len(self.chunks), "chunks are missing")]
        self.forks, self.outside = defaultdict(set), 0
        for name, (space, log, head, _) in self.events.items():
            self.forks[log, head["seq"]].add(name)
            named = [one for one in (head["prev"], *head["deps"]) if one]
            lams = [self.events[one][2]["lam"] for one in named if one in self.events and self.events[one][0] == space]
            held, prev = all(one in self.events for one in named), self.events.get(head["prev"])
            self.outside += not held
            lam = head["lam"] - 1 - max(lams, default=0)
            checks.append((lam == 0 or (lam > 0 and not held), f"lam of {name[:12]} is not 1 more than that of what it names"))
            checks.append((not prev or (prev[1], prev[2]["seq"] + 1) == (log, head["seq"]), f"prev of {name[:12]} is not the one before it"))
        for _, log, first, last, head in self.said["ranges"]:
            held = len({seq for of, seq in self.forks if of == log and first <= seq <= last})
            checks.append((held == last - first + 1 and head in self.forks[log, last], f"of log {log[:12]} events are missing"))
        said = [(one[2]["org"] or name, one[2]["kind"], (one[3] or {}).get("key")) for name, one in self.events.items() if "kind" in one[2]]
        self.devices = {(org, key) for org, kind, key in said if kind == "org.device"} - {(o, key) for o, kind, key in said if kind == "org.revoked"}
        checks.append(((self.said["org"], self.said["device"]) in self.devices, "the signing device is none of its organisation's"))
        self.problems += [what for holds, what in checks if not holds]
def main(path):
    bundle = Bundle(open(path, "rb"))
    try:
        bundle.read()
    except Wrong as error:
        bundle.problems.append(str(error))
    bundle.file.close()
    if not bundle.problems:
        said = bundle.said
        erased = {(body or {}).get("target") for _, _, head, body in bundle.events.values() if head.get("kind") == "redact"}
        strangers = {log for log, one in bundle.logs.items() if (one["org"], one["device"]) not in bundle.devices}
        print(f"signed by {said['org']} on {said['day']} for {', '.join(said['recipients'])}")
        print(", ".join(f"{count} {name}" for name, count in sorted(said["counts"].items())), f"; {bundle.outside} events name others")
        print(f"{len(bundle.spaces)} spaces, {len(bundle.logs)} logs, {len(strangers)} of them of no device that counts now")
        told = [f"fork: log {log} at {seq}: {sorted(names)}" for (log, seq), names in sorted(bundle.forks.items()) if len(names) > 1]
        forked = {log for (log, _), names in bundle.forks.items() if len(names) > 1} - bundle.logs.keys()
        told += [f"identity {one} is forked: which branch counts, and so which devices, is not decided here" for one in sorted(forked)]
        told += [f"erased, but still here: the payload of {name}" for name in sorted(erased & bundle.payloads)]
        print("\n".join([*told, "everything is as it was signed"]))
    print("\n".join(bundle.problems))
    return int(bool(bundle.problems))
if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
