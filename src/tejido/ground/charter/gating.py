"""The charter before the founder's hand: see `tejido.ground.network.gates`."""

from tejido.ground.charter import actions, selectors
from tejido.ground.network.gates import Gate
from tejido.ground.network.papers import Paper
from tejido.ground.network.selectors import NetworkInfo
from tejido.ground.people import OPERATOR


def decides(info: NetworkInfo) -> bool:
    """Whether a charter is in force."""
    return selectors.course_of(info).in_force is not None


def put(info: NetworkInfo, paper: Paper) -> None:
    """Put a request to the members; whoever calls has asked for the permission."""
    actions.put_paper(viewer=OPERATOR, network=info, paper=paper)


GATE = Gate(decides, put, selectors.onward, selectors.expected)
