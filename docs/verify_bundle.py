#!/usr/bin/env python3
"""Verify a bundle without Tejido: `python verify_bundle.py STREAM`, the stream as `tejido bundle open` writes it.

Written from docs/protocol.md alone, with PyNaCl and the standard library. It says what is wrong (then the exit status is 1), or
what the stream holds, which devices count and how far their logs do, by the bundle alone: who is a member is not looked at."""
# fmt: off
import base64, json, re, sys, unicodedata
from collections import Counter, defaultdict, namedtuple
from datetime import date
from hashlib import sha256
from nacl.bindings import crypto_sign_open

# What a value looks like: tests of it.
def text(pattern): return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None
def number(least, below): return lambda value: type(value) is int and least <= value < below
def many(each, most): return lambda value: isinstance(value, list) and len(value) <= most and all(map(each, value))
def rising(each, most): return lambda value: many(each, most)(value) and value == sorted(set(value))
def has(each): return lambda value: isinstance(value, dict) and all(one in value and each[one](value[one]) for one in each)
def fields(each): return lambda value: has(each)(value) and value.keys() == each.keys()
def a(kind): return lambda value: type(value) is kind
def is_day(value): return str(date.fromisoformat(value)) == value
def is_range(value): return len(value) == 5 and all(test(one) for test, one in zip((HASH, HASH, SEQ, SEQ, HASH), value))
def is_quorum(value): return fields(QUORUM)(value) and value["k"] <= len(set(value["keys"])) == len(value["keys"])
HASH, HALF, NO_HASH, SEQ, MIB = text("[0-9a-f]{64}"), text("[0-9a-f]{32}"), text("([0-9a-f]{64})?"), number(0, 2**53), 1 << 20
KINDED = {"aggregate": NO_HASH, "blobs": rising(HASH, 16), "schema": number(1, 10000),
          "kind": text(r"(?=.{1,64}\Z)[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}")}
PRIVATE = {"deps": rising(HASH, 8), "lam": number(1, 2**53), "log": NO_HASH, "org": NO_HASH, "ph": HASH, "prev": NO_HASH,
           "ps": number(2, 2**18 + 1), "seq": SEQ, "v": text("tejido1/ed25519")}
PUBLIC, INSIDE = PRIVATE | KINDED | {"day": is_day}, KINDED | {"at": number(0, 253402300800), "body": a(dict)}
LOG, SPACE = {"device": HASH, "epoch": HALF, "org": HASH, "space": HASH}, {"nonce": HALF, "owner": HASH, "public": a(bool)}
COUNTS = dict.fromkeys(("blobs", "checkpoints", "chunks", "events", "identities", "pages", "payloads"), SEQ)
MANIFEST = {"counts": fields(COUNTS), "day": is_day, "device": HASH, "digest": HASH, "form": text("tejido-bundle/1"), "id": HALF,
            "org": HASH, "ranges": many(is_range, 5000), "recipients": rising(HASH, 100), "size": SEQ}
SIGNED = {"h": text(".+"), "p": text(".*"), "s": text("([0-9a-f]{130})+")}
QUORUM, PIN = {"k": number(1, 10), "keys": many(HASH, 9)}, {"hash": HASH, "seq": SEQ}
ADMIN = {"admin": is_quorum, "next": many(HASH, MIB)}
BODIES = {"org.genesis": ADMIN | {"recovery": is_quorum}, "org.rotated": ADMIN, "org.revoked": {"key": HASH, "pins": a(dict)},
          "org.device": {"age": text("(?s)age1.{0,4092}"), "key": HASH},
          "org.recovered": ADMIN | {"recovery": is_quorum, "over": many(HASH, 64)},
          "org.resolved": {"branches": rising(HASH, 64), "keep": HASH, "log": HASH, "seq": SEQ}}
FRAMES = {"M": (MIB, "I", "manifest"), "I": (MIB, "IPKDE", "identities"), "P": (MIB, "YPKDE", "pages"), "D": (MIB, "C", "blobs"),
          "Y": (263200, "YPKDE", "payloads"), "K": (MIB + 32, "KDE", "checkpoints"), "C": (MIB + 36, "CDE", "chunks"),
          "E": (0, "", "end")}  # most bytes, what may follow, what the manifest counts it as and who reads it
Identity = namedtuple("Identity", "way undecided devices revoked resolved")

def must(holds, what):
    if not holds:
        raise ValueError(what)
def digest(prefix, data): return sha256(b"tejido/" + prefix + b"/1\n" + data).hexdigest()
def signed(prefix, data, signature, key): crypto_sign_open(signature + b"tejido/" + prefix + b"/1\n" + data, bytes.fromhex(key))
def plain(value, depth=0):
    """Whether a value is within the profile of section 2."""
    if isinstance(value, (dict, list)):
        keys, inner = (value, value.values()) if isinstance(value, dict) else ((), value)
        return depth < 32 and all(map(str.isascii, keys)) and all(plain(one, depth + 1) for one in (*keys, *inner))
    if isinstance(value, str):
        known = "".join(one if unicodedata.ucd_3_2_0.category(one) != "Cn" else "\ufffd" for one in value)
        return "\0" not in value and unicodedata.is_normalized("NFC", known)
    return value is None or a(bool)(value) or number(1 - 2**53, 2**53)(value)
def canonical(data, test=a(dict)):
    """The object in canonical bytes that passes a test."""
    value = json.loads(data.decode())
    again = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    must(again == data and plain(value), "this is not in canonical form")
    must(test(value), "fields are missing, malformed or too many")
    return value
def header_of(data):
    """A header that is as section 4 says."""
    head = canonical(data, fields(PUBLIC if b'"kind":' in data else PRIVATE))
    genesis = (head["log"], head.get("kind"), head["seq"], head["lam"], head["deps"]) == ("", "org.genesis", 0, 1, [])
    right = len(data) <= 4096 and data.isascii() and bool(head["prev"]) == bool(head["seq"])
    must(right and (head["log"] if head["org"] else genesis), "a header is too long, or prev, org or log malformed")
    return head
def opened(payload, head):
    """The body of a payload in plain form; None where it is sealed (section 5)."""
    if payload[:1] == b"\1":
        return must("kind" not in head and len(payload) == 145 + head["ps"], "a sealed payload of another size, or in public")
    same = digest(b"payload", payload[1:]) == head["ph"] and len(payload) == 17 + head["ps"]
    must(payload[:1] == b"\0" and same, "a payload is not what its header commits to")
    return canonical(payload[17:]) if "kind" in head else canonical(payload[17:], fields(INSIDE))["body"]
def signers(data, signature, k, keys):
    """The commitments to those keys of a quorum that signed."""
    places = list(signature[::65])
    must(len(signature) == 65 * k and places == sorted(set(places)) and places[-1] < len(keys), "other signatures are needed")
    for at, place in enumerate(places):
        signed(b"event", data, signature[65 * at + 1:65 * at + 65], keys[place])
    return {digest(b"next-key", bytes.fromhex(keys[place])) for place in places}
def after(kind, body, data, signature, before):
    """Who signs what follows an identity event (`admin`, `recovery`, `next`), if those signed it who must (section 6)."""
    must(kind not in ("org.genesis", "org.rotated", "org.recovered") or body is not None, f"{kind} without its payload")
    if before and kind not in ("org.rotated", "org.recovered"):
        signers(data, signature, **before["admin"])
        return before
    said = ({"recovery": before["recovery"], "over": []} if kind == "org.recovered" else {}) | body
    must(has(BODIES[kind])(said), f"{kind} with a body malformed")
    by = signers(data, signature, **(before["recovery"] if kind == "org.recovered" else said["admin"]))
    promised = kind != "org.rotated" or (said["admin"]["k"] >= before["admin"]["k"] and by <= set(before["next"]))
    must(promised, "a rotation by keys that were not promised, or by fewer than before")
    return (before or {}) | {one: said[one] for one in BODIES[kind]}
class Bundle:
    """`events`: hash → header with log, space and, if it is here, body; `places`: log → seq → hashes; `logs`, `spaces`: by id;
    `authority`: identity event → who signs what follows; `problems`: of frames, after which reading goes on."""
    def __init__(self, file):
        self.file, self.sum, self.counts, self.problems, self.page, self.awaited = file, sha256(), Counter(), [], set(), []
        self.events, self.logs, self.spaces, self.authority, self.places = {}, {}, {}, {}, defaultdict(lambda: defaultdict(list))
    def read(self):
        allowed = "M" if self.file.read(16) == b"tejido/bundle/1\n" else self.problems.append("this is no stream of a bundle")
        while allowed:
            head = self.file.read(5)
            kind, size = head[:1].decode("latin-1"), int.from_bytes(head[1:], "big")
            if len(head) < 5 or kind not in allowed or size > FRAMES[kind][0]:
                return self.problems.append("the stream is cut off, or no such frame belongs here")
            (_, allowed, reader), body = FRAMES[kind], self.file.read(size)  # where it is cut off, no head follows
            self.sum.update(head + body)
            self.counts.update({reader: 1, "size": 5 + size})
            try:
                getattr(self, reader)(body)
            except Exception as error:
                self.problems.append(f"frame {kind}: {error!r}")
        self.problems += ["bytes follow the end"] * bool(self.file.read(1))
    def manifest(self, body):
        self.sum, self.counts, self.said = sha256(), Counter(), canonical(body[64:], fields(MANIFEST))
        signed(b"bundle", body[64:], body[:64], self.said["device"])
    def identities(self, body):
        said = canonical(body, fields({"events": many(fields(SIGNED), 2000), "log": HASH}))
        for one in said["events"]:
            self.event(said["log"], one["h"].encode(), bytes.fromhex(one["s"]), base64.b64decode(one["p"], validate=True))
    def event(self, log, data, signature, payload=b""):
        """Take an event in if section 7 accepts it; its hash."""
        head, name, place = header_of(data), digest(b"event", data), self.logs.get(log)
        body = {"body": opened(payload, head)} if payload else {}
        must((head["log"] or name) == log, "a header names another log than the one that it came in")
        if place:
            must(head["org"] == place["org"] and ("kind" in head) == self.spaces[place["space"]], "another organisation, or form")
            signed(b"event", data, signature, place["device"])
        else:
            follows = "kind" in head and head["org"] == head["log"] and (not head["org"] or head["prev"] in self.authority)
            must(follows, "an identity event of another form, or what it follows is not in the bundle")
            self.authority[name] = after(head["kind"], body.get("body"), data, signature, self.authority.get(head["prev"]))
        self.places[log][head["seq"]] += [] if name in self.events else [name]
        self.events[name] = head | {"log": log, "space": place["space"] if place else log} | body
        return name
    def pages(self, body):
        first, second, *lines, rest = body.split(b"\n")
        must(0 < len(lines) <= 2000 and rest == b"", "a page is not whole, or too long")
        log, space, name = canonical(first, fields(LOG)), canonical(second, fields(SPACE)), digest(b"log", first)
        must(digest(b"space", second) == log["space"], "another space's descriptor")
        self.logs[name], self.spaces[log["space"]], self.page = log, space["public"], set()
        self.counts["events"] += len(lines)
        for line in lines:
            signature, head = re.fullmatch(rb"([0-9a-f]{128}) (.+)", line).groups()
            self.page.add(self.event(name, head, bytes.fromhex(signature.decode())))
    def payloads(self, body):
        must(body[:32].hex() in self.page, "a payload of no event of the page before")
        self.events[body[:32].hex()]["body"] = opened(body[32:], self.events[body[:32].hex()])
    def checkpoints(self, body):
        signature, said = re.fullmatch(rb"([0-9a-f]{128})\n(.+)\n", body[32:]).groups()
        must(canonical(said)["space"] == body[:32].hex(), "a checkpoint of another space")
        signed(b"checkpoint", said, bytes.fromhex(signature.decode()), canonical(said)["device"])
    def blobs(self, body):
        said = canonical(body, fields({"chunks": many(HASH, 2048), "size": number(0, 2**31 + 1)}))
        sizes = [min(MIB, said["size"] - at) for at in range(0, said["size"] or 1, MIB)]
        must(not self.awaited and len(sizes) == len(said["chunks"]), "chunks are missing, or too many")
        self.awaited = [(digest(b"blob", body), n, size, said["chunks"][n]) for n, size in enumerate(sizes)]
    def chunks(self, body):
        found = body[:32].hex(), int.from_bytes(body[32:36], "big"), len(body) - 36, sha256(body[36:]).hexdigest()
        must(self.awaited and found == self.awaited.pop(0), "a chunk has the wrong bytes, or is out of order")
    def end(self, _body):
        """What can be said at the end: the digest, chains, `lam`, ranges, the signing device."""
        said, counted = self.said, Counter(self.said["counts"], size=self.said["size"], end=1)
        must((said["digest"], counted, []) == (self.sum.hexdigest(), self.counts, self.awaited), "this is not what was signed")
        for name, one in self.events.items():
            named = [self.events.get(other) for other in (one["prev"], *one["deps"]) if other]
            lam = one["lam"] - 1 - max((other["lam"] for other in named if other and other["space"] == one["space"]), default=0)
            must(lam == 0 or (lam > 0 and None in named), f"lam of {name[:12]} is not 1 more than that of what it names")
            prev = self.events.get(one["prev"], {"log": one["log"], "seq": one["seq"] - 1})
            must((prev["log"], prev["seq"]) == (one["log"], one["seq"] - 1), f"prev of {name[:12]} is not the one before it")
        for _, log, first, last, head in said["ranges"]:
            seqs = [seq for seq in self.places[log] if first <= seq <= last]
            must(len(seqs) == last - first + 1 and head in self.places[log][last], f"of log {log[:12]} events are missing")
        must(said["device"] in self.identity(said["org"]).devices, "the signing device is none of its organisation's")
    def way(self, branches, choose):
        """From these on the events that count, one after the other, and those between which nothing is decided."""
        found = []
        while len(chosen := branches if len(branches) < 2 else choose(branches)) == 1:
            found += chosen
            following = self.places[self.events[chosen[0]]["log"]].get(self.events[chosen[0]]["seq"] + 1, [])
            branches = [one for one in following if (prev := self.events[one]["prev"]) == chosen[0] or prev not in self.events]
        return found, branches
    def identity(self, org):
        """An identity log, folded (section 6)."""
        found = Identity(*self.way([org] if org in self.events else [], self.ranked), set(), {}, [])
        for kind, body in [(self.events[one]["kind"], self.events[one].get("body", {})) for one in found.way]:
            if kind == "org.device" and has(BODIES[kind])(body) and body["key"] not in found.revoked:
                found.devices.update([body["key"]] if len(found.devices) < 256 else [])
            elif kind == "org.revoked" and has(BODIES[kind])(body := {"pins": {}} | body):
                found.devices.discard(body["key"])
                pins = {log: pin for log, pin in body["pins"].items() if HASH(log) and has(PIN)(pin)}
                found.revoked[body["key"]] = found.revoked.get(body["key"], {}) | pins
            elif kind == "org.resolved":
                found.resolved.append(body)
        return found
    def ranked(self, branches):
        """Which of these branches of an identity go on: recovered, else with a recovery further on, else resolved further on."""
        def bodies(kind, names): return [self.events[one].get("body", {}) for one in names if self.events[one]["kind"] == kind]
        below = {one: {one} for one in branches}
        for name, event in self.events.items():  # whatever an identity event follows stands before it
            for found in below.values():
                found |= {name} if event["prev"] in found else set()
        over = {one for body in bodies("org.recovered", branches) for one in body.get("over", ())}
        recovered = [one for one in branches if bodies("org.recovered", [one]) and one not in over]
        rescued = [one for one in branches if bodies("org.recovered", below[one])]
        return recovered or rescued or [one for one in branches if one in self.kept(branches, bodies("org.resolved", below[one]))]
    def kept(self, branches, bodies):
        """What bodies of `org.resolved` keep, as far as they are bound to this very fork."""
        here = self.events[branches[0]]["log"], self.events[branches[0]]["seq"]
        bound = [one for one in bodies if has(BODIES["org.resolved"])(one) and (one["log"], one["seq"]) == here]
        return [one["keep"] for one in bound if set(branches) <= set(one["branches"]) and one["keep"] in branches]
    def end_of(self, log):
        """Below which `seq` a device's log counts, as far as its identity and what is here tell (section 8)."""
        device, places, identity = self.logs[log]["device"], self.places[log], self.identity(self.logs[log]["org"])
        pin = identity.revoked.get(device, {}).get(log, {"seq": 2**53})
        there = places.get(pin["seq"], [])
        if there or (device not in identity.devices and "hash" not in pin):
            return pin["seq"] + 1 if pin.get("hash") in there else 0
        found, _ = self.way(places[min(places)], lambda branches: self.kept(branches, identity.resolved)[-1:])
        return min(self.events[found[-1]]["seq"] + 1 if found else min(places), pin["seq"] + 1)
    def told(self):
        """What it holds, for people to read."""
        yield f"signed by {self.said['org']}, {self.said['day']}, for {', '.join(self.said['recipients'])}: {self.said['counts']}"
        for log, places in sorted(self.places.items()):
            yield from (f"fork: log {log} at {seq}: {sorted(found)}" for seq, found in sorted(places.items()) if len(found) > 1)
            if log in self.logs:
                yield f"log {log} of {self.logs[log]['org']}: held below {max(places) + 1}, counts below {self.end_of(log)}"
            else:
                _, undecided, devices, revoked, _ = self.identity(log)
                yield f"identity {log}: devices {sorted(devices)}, revoked {sorted(revoked)}"
                yield from [f"identity {log} stopped: nothing decides between {sorted(undecided)}"] * bool(undecided)
        held = [(name, one) for name, one in self.events.items() if one.get("body")]
        erased = {str(one["body"].get("target")) for _, one in held if one.get("kind") == "redact"}
        yield from (f"erased, but still here: the payload of {name}" for name, _ in held if name in erased)
        yield "everything is as it was signed"
def main(path):
    with open(path, "rb") as file:
        bundle = Bundle(file)
        bundle.read()
    print("\n".join(bundle.problems or bundle.told()))
    return int(bool(bundle.problems))
if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
