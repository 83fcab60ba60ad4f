"""Plants what the members of a network say to each other: a charter in force and one proposed, who asks to join, who is to
be taken back, and a link that carries an invitation. One organisation came and went before there was a charter.
"""

from dataclasses import replace

from tejido.ground.charter import actions, defaults, inviting
from tejido.ground.charter import selectors as charters
from tejido.ground.network import papers
from tejido.ground.network import selectors as networks
from tejido.ground.people import OPERATOR
from tejido.ground.store.spaces import set_members
from tests.crawl.canaries import NODE, PEOPLE, TABLE, canary
from tests.crawl.seed import Seeded, planter
from tests.ground.network.builders import Stranger

READ = ("charter*", "api:list_editions", "api:list_matters", "api:get_matter")
MEMBERS = PEOPLE | {NODE}
for name, state in (
    ("charter-text", "in force"), ("charter-proposed", "proposed"), ("charter-note", "proposed"),
    ("admission-words", "asked"), ("admission-voice", "said"), ("return-words", "asked"),
):  # fmt: skip
    canary(name, "network", "none", state, met_by=MEMBERS, at=READ)
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
    link, token = inviting.make(viewer=OPERATOR, network=info, note=TABLE["invitation-note"].text)
    made.charter = {"matter": asked, "number": "1", "link_id": str(link), "gone": gone.org.hex(), "token": token}
    assert charters.course_of(info).in_force
