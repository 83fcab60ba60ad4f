"""Plants what the members of a network say to each other: a charter in force and one proposed, who asks to join, who is to
be taken back, and a link that carries an invitation. One organisation came and went before there was a charter.
"""

from dataclasses import replace

from tejido.ground.charter import actions, defaults, inviting
from tejido.ground.charter import selectors as charters
from tejido.ground.charter.events import SUCCESSOR
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import OPERATOR
from tejido.ground.store import db, logs
from tejido.ground.store.ingest import ingest
from tejido.ground.store.spaces import set_members
from tejido.log import writer
from tejido.log.descriptors import Space
from tejido.log.writer import Draft, Head
from tests.crawl.canaries import NODE, PEOPLE, TABLE, canary
from tests.crawl.seed import Seeded, planter
from tests.ground.charter.elsewhere import TOP
from tests.ground.network.builders import Stranger
from tests.support.authors import AT, DAY, Room, again, seed

READ = ("charter*", "api:list_editions", "api:list_matters", "api:get_matter")
MEMBERS = PEOPLE | {NODE}
for name, state in (
    ("charter-text", "in force"), ("charter-proposed", "proposed"), ("charter-note", "proposed"),
    ("admission-words", "asked"), ("admission-voice", "said"), ("return-words", "asked"),
    ("successor-words", "asked"),
):  # fmt: skip
    canary(name, "network", "none", state, met_by=MEMBERS, at=READ)
canary("successor-name", "network", "none", "asked", met_by=MEMBERS, at=(*READ, "api:get_successor"))
canary("admission-name", "network", "none", "asked", met_by=MEMBERS, at=(*READ, "home", "api:list_steps"))
canary(
    "invitation-note",
    "own",
    "none",
    "a link's, open",
    met_by={"keeper"},
    at=("charter_links", "api:list_links"),
)


@planter
def charter(made: Seeded) -> None:
    """By the actions that people use."""
    gone, info = Stranger(), next(one for one in networks.networks() if one.space == made.network)
    papers.learn(papers.parse(gone.request(info), papers.REQUEST))
    for others in ([made.lagos.org, gone.org], [made.lagos.org]):
        set_members(made.network, others)
    info = next(one for one in networks.networks() if one.space == made.network)
    rules = replace(defaults.RULES, amend="100%", admit="100%", suspend="100%")
    texts = {"members": {"en": TABLE["charter-text"].text}}
    actions.propose(viewer=OPERATOR, network=info, chapters=texts, rules=rules)
    texts = {"members": {"en": TABLE["charter-proposed"].text}}
    actions.propose(viewer=OPERATOR, network=info, chapters=texts, rules=rules, note=TABLE["charter-note"].text)
    stranger = Stranger()
    said = {"name": TABLE["admission-name"].text, "network": info.space.hex()}
    words = {name: TABLE[name].text for name in ("admission-words", "admission-voice", "return-words")}
    request = stranger.paper(papers.REQUEST, said)
    asked = actions.ask(viewer=OPERATOR, request=request, words=words["admission-words"])
    actions.speak(viewer=OPERATOR, network=info, matter=asked, yes=True, words=words["admission-voice"])
    actions.ask_back(viewer=OPERATOR, network=info, org=gone.org.hex(), words=words["return-words"])
    successor = _a_successor(made, info)
    link, token = inviting.make(viewer=OPERATOR, network=info, note=TABLE["invitation-note"].text)
    made.charter = {
        "matter": asked,
        "successor": successor,
        "number": "1",
        "link_id": str(link),
        "gone": gone.org.hex(),
        "token": token,
    }
    assert charters.course_of(info).in_force


def _a_successor(made: Seeded, info: NetworkInfo) -> str:
    """Lagos would go on without us, who own the network's spaces; the matter's key."""
    charter = charters.course_of(info).in_force
    assert charter
    row = logs.space_row(made.network)
    room = Room(Space.parse(bytes(row.descriptor)), made.lagos, [*made.stick.keys.values()][-1:])
    said = {"charter": charter.hash, "name": TABLE["successor-name"].text, "words": TABLE["successor-words"].text}
    ((top, lam),) = db.rows(TOP, [made.network])
    lagos = again(made.lagos, seed("another laptop")[:16])  # its other log goes on with what nobody here can open
    log = lagos.log(room.space)
    draft = Draft(SUCCESSOR, said, DAY, AT, deps=(bytes(top),))
    one = writer.write(log, Head(), draft, lagos.device, lam=lam, epoch_key=room.key)
    ingest([one.incoming], known_logs=[log])
    (put,) = charters.decisions(charters.course_of(info), what="successor")
    assert put.status == "decided"  # Lagos is alone beside us
    return db.row_key(one.hash)
