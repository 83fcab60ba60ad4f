"""After a restore: what was taken back in the network since the backup is taken back at home too.

The own space is nobody else's, so that its erasures are lost with the days after the backup. Those in the network come
back with the first exchange, and name what they stood for.
"""

import logging

from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.ground.store.public import dealt_with, returned, row_key, writing
from tejido.practices.relay import actions, copies, recutting
from tejido.practices.relay.models import Hop, Report

logger = logging.getLogger(__name__)


@work.sweeper
def catch_up() -> None:
    """Withdraw, or erase, the reports whose copies this organisation had taken back."""
    for target, reason, hop in returned():
        report = Report.objects.filter(passages__contains=hop.hex()).first()
        if report is None or _again(report, reason, row_of(hop)):
            dealt_with(target)


def _again(report: Report, reason: str, hop: Hop | None) -> bool:
    """Whether this is done with: a copy from which words were taken out has to be here first."""
    if reason in (copies.WITHDRAWN, copies.ERASED):
        actions.withdraw(viewer=OPERATOR, report=report.key, erase_too=reason == copies.ERASED)
    elif reason != copies.REDACTED:
        return True
    elif hop is None or hop.status != "shown":
        return False
    elif copies.differs(report, hop):
        with writing():
            recutting.adopt(report, hop)
    logger.info("report %s was taken back before this node was restored: done again", report.key)
    return True


def row_of(akey: bytes) -> Hop | None:
    """The hop with this key."""
    return Hop.objects.filter(key=row_key(akey)).first()
