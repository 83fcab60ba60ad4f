"""Founding, inviting, joining, admitting, and saying who one is."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop as _

from tejido.ground.errors import Conflict, NotAllowed, NotFound
from tejido.ground.network import gates, papers, selectors
from tejido.ground.network.families import OPENED, PROFILE
from tejido.ground.network.models import ProfileRow
from tejido.ground.store import db, logs
from tejido.ground.store.models import Space as SpaceRow
from tejido.ground.store.public import Fact, append, own_row
from tejido.ground.store.reindexing import akey_of
from tejido.ground.store.spaces import open_space, set_members
from tejido.log import descriptors
from tejido.log.errors import Malformed


class NameTaken(Conflict):
    """This node knows a network called “%(name)s” already. Choose another name."""

    code = "name-taken"


class MembersDecide(Conflict):
    """The charter of this network lets its members decide about this. Put it to them first; the founder alone cannot."""

    code = "members-decide"


def open_network(*, name: str) -> selectors.NetworkInfo:
    """Open a network of which this organisation is the first member: a space for its members and a public one."""
    name = name.strip()
    if any(one.name == name for one in selectors.networks()):
        raise NameTaken(name=name)
    with db.writing():
        public = open_space("public", public=True, name=name)
        space = open_space("network", public=False, name=name)
        append(space, Fact(OPENED, {"name": name, "public_space": public.hex()}))
    return next(one for one in selectors.networks() if one.space == space)


def state_profile(*, network: bytes, name: str, place: str, languages: Sequence[str]) -> None:
    """Say in a network who we are; saying the same again writes nothing."""
    org = selectors.org_id().hex()
    body = {"languages": list(languages), "name": name.strip(), "place": place.strip()}
    rows = ProfileRow.objects.filter(org=org, space=db.row_key(network))
    row = rows.first()
    if row and (row.name, row.place, list(row.languages)) == (body["name"], body["place"], body["languages"]):
        return
    append(network, Fact(PROFILE, body, _aggregate(row.key) if row else None))


def _aggregate(key: str) -> bytes:
    found = db.value("SELECT aggregate FROM store_aggregate WHERE akey = %s", [akey_of(key)])
    return bytes(found)


def invite(*, network: bytes, path: Path) -> None:
    """Write an invitation to a network to a file; see `invitation`."""
    path.write_bytes(invitation(network=network))


def invitation(*, network: bytes) -> bytes:
    """An invitation: a network's spaces and who invites. Whoever holds it can ask to join."""
    info = _own_network(network)
    body: dict[str, object] = {"name": info.name, "spaces": describe_spaces(info) if info.public_space else []}
    if info.owner != selectors.org_id():
        body["founder"] = info.owner.hex()
    return papers.signed(papers.INVITATION, body)


def _own_network(network: bytes) -> selectors.NetworkInfo:
    found = next((one for one in selectors.networks() if one.space == network), None)
    if found is None:
        raise NotFound("This node is in no such network.")
    if not found.admitted:
        raise NotAllowed(_("This organisation has not been admitted to that network yet."))
    return found


def _describe(space: bytes) -> dict[str, str]:
    row = logs.space_row(space)
    return {"folder": row.folder, "purpose": row.purpose, "space": bytes(row.descriptor).decode()}


def join(*, invitation: Path, request: Path) -> str:
    """Read an invitation, learn its spaces, and write the request that the inviting node is to admit; the network's name."""
    paper = papers.read(invitation, papers.INVITATION)
    network = accept(paper)
    request.write_bytes(ask(network=network))
    return str(paper.body["name"])


def join_by(*, text: str, request: Path) -> str:
    """As `join`, with the invitation as text: one word, or a link that carries it. Nothing is fetched."""
    paper = papers.parse(text.encode(), papers.INVITATION)
    request.write_bytes(ask(network=accept(paper)))
    return str(paper.body["name"])


def accept(paper: papers.Paper) -> bytes:
    """Learn the spaces that an invitation names; the network's id. Doing it again changes nothing."""
    name, spaces = paper.body.get("name"), paper.body.get("spaces")
    if not isinstance(name, str) or not isinstance(spaces, list) or not spaces:
        raise papers.BadPaper
    with db.writing():
        papers.learn(paper)
        return learn_spaces(name=name, spaces=spaces, owner=_founder(paper))


def learn_spaces(*, name: str, spaces: Sequence[dict[str, str]], owner: bytes) -> bytes:
    """Know the spaces of an organisation's network, the members' first; its id. Again changes nothing."""
    with db.writing():
        for one in spaces:
            _learn(one, name, owner)
    return descriptors.Space.parse(spaces[0]["space"].encode()).id


def describe_spaces(info: selectors.NetworkInfo) -> list[dict[str, str]]:
    """A network's spaces as papers and events name them: folder, purpose, descriptor."""
    return [_describe(one) for one in (info.space, info.public_space) if one]


def _founder(paper: papers.Paper) -> bytes:
    """Whose the spaces of an invitation are: its signer's, or the founder's that a member who invites names."""
    named = paper.body.get("founder", paper.org.hex())
    if not descriptors.is_hex(named):
        raise papers.BadPaper
    return bytes.fromhex(named)


def ask(*, network: bytes) -> bytes:
    """The request to be admitted to a network whose invitation was accepted, with the name by which this node is known."""
    if all(one.space != network for one in selectors.networks()):
        raise NotFound("This node knows no such network. Open its invitation first.")
    return papers.signed(
        papers.REQUEST, {"name": unicodedata.normalize("NFC", settings.NODE.name)[:200], "network": network.hex()}
    )


def _learn(one: dict[str, str], name: str, owner: bytes) -> None:
    try:
        space = descriptors.Space.parse(one["space"].encode())
        folder, purpose = one["folder"], one["purpose"]
    except (Malformed, KeyError, TypeError, AttributeError) as error:
        raise papers.BadPaper from error
    if space.owner != owner or not descriptors.is_hex(folder, 32) or purpose not in ("network", "public"):
        raise papers.BadPaper(_("The invitation names spaces that do not belong to the organisation that signed it."))
    row = logs.learn_space(space, name=name[:200])
    SpaceRow.objects.filter(id=row.id, folder="").update(folder=folder, purpose=purpose)


def admit(*, request: Path) -> bytes:
    """Admit the organisation that signed a request; its id. Only the network's founder may; where a charter is in force, the
    request is put to the members, who decide. Admitting it again changes nothing."""
    return admit_paper(papers.read(request, papers.REQUEST))


def admit_paper(paper: papers.Paper) -> bytes:
    """As `admit`, for a paper that was read."""
    info = asked_for(paper)
    if paper.org in info.members:
        return paper.org
    if gates.members_decide(info):
        gates.put(info, paper)
        return paper.org
    with db.writing():
        papers.learn(paper)
        set_members(info.space, [*info.members, paper.org])
        if info.public_space:
            set_members(info.public_space, [*info.members, paper.org])
    return paper.org


def asked_for(paper: papers.Paper, *, anybody: bool = False) -> selectors.NetworkInfo:
    """The network that a request is about, if this organisation can admit to it. `anybody`: if it is a member."""
    network = paper.body.get("network")
    if not descriptors.is_hex(network):
        raise papers.BadPaper
    info = _own_network(bytes.fromhex(str(network)))
    if not anybody and info.owner != selectors.org_id() and not gates.members_decide(info):
        raise NotAllowed(_("Only the organisation that founded this network can admit others."))
    return info


def remove(*, network: bytes, org: bytes) -> None:
    """Remove a member: it keeps what it holds and receives nothing from then on."""
    info = _own_network(network)
    if org == bytes(own_row().org) or org not in info.members:
        raise NotFound(_("That organisation is not another member of this network."))
    if gates.members_decide(info):
        raise MembersDecide
    rest = [one for one in info.members if one != org]
    with db.writing():
        set_members(info.space, rest)
        if info.public_space:
            set_members(info.public_space, rest)


def uneven(info: selectors.NetworkInfo) -> bool:
    """Whether a network of ours has another member list in its public space than in its own: one of the two was lost with
    a device, and whoever is missing in one would be served nothing of it."""
    if not info.admitted or not info.public_space or info.owner != selectors.org_id():
        return False
    public = SpaceRow.objects.filter(hash=info.public_space).exclude(opened=b"").first()
    return public is not None and set(public.members.get("orgs", ())) != {org.hex() for org in info.members}


def level(info: selectors.NetworkInfo) -> bool:
    """Write the public space's list after the network's own, where they differ; whether they did."""
    with db.writing():
        if not uneven(info) or info.public_space is None:
            return False
        set_members(info.public_space, info.members)
    return True
