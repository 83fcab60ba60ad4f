"""After a restore: what was taken back in the network since the backup is taken back at home too.

The own space is nobody else's, so that its erasures are lost with the days after the backup. Those in the network come
back with the first exchange, and name what they stood for.
"""

import logging

from tejido.ground import work
from tejido.ground.people import OPERATOR
from tejido.ground.store.public import dealt_with, returned
from tejido.practices.relay import actions, copies
from tejido.practices.relay.models import Report

logger = logging.getLogger(__name__)


@work.sweeper
def catch_up() -> None:
    """Withdraw, or erase, the reports whose copies this organisation had taken back."""
    for hop, reason in returned():
        report = Report.objects.filter(passages__contains=hop.hex()).first()
        if report is not None and reason in (copies.WITHDRAWN, copies.ERASED):
            actions.withdraw(viewer=OPERATOR, report=report.key, erase_too=reason == copies.ERASED)
            logger.info("report %s was taken back before this node was restored: done again", report.key)
        dealt_with(hop)
