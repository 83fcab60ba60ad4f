"""What the worker does besides tasks: exchange with configured folders, the last step of erasures, tidying."""

import logging
from pathlib import Path

from tejido.ground import blobs
from tejido.ground.blobs import rebuildable
from tejido.ground.errors import Problem
from tejido.ground.network import folders
from tejido.ground.network.exchanging import exchange_folder
from tejido.ground.store import boot, erasing
from tejido.ground.store.derived import BlobUse
from tejido.ground.store.models import Own
from tejido.ground.work import Periodic, run_once, run_worker, stop_on_signals
from tejido.site import node

logger = logging.getLogger(__name__)
HOUR = 3600.0


def exchange_all() -> None:
    """Exchange with every configured folder; one that is not there (a stick) is tried again next time."""
    if not Own.objects.exists():
        return
    for folder in folders.configured(node.load().exchange_folders):
        try:
            exchange_folder(Path(folder))
        except Problem as error:
            logger.info("exchange: %s", error)


def erase_last_bytes() -> None:
    """What was erased leaves free pages and journals too."""
    if erasing.unscrubbed():
        erasing.scrub()
    blobs.finish_drops()


def tidy() -> None:
    """Transfers that were begun and never finished; open copies that a process left when it died before anything named them."""
    blobs.discard_partials(7 * 24 * HOUR)
    left = blobs.in_the_open(24 * HOUR)
    named = set(BlobUse.objects.filter(blob__in=left).values_list("blob", flat=True)) | rebuildable.ids()
    for blob in left:
        if blob not in named:
            blobs.drop(blob)


def periodic() -> list[Periodic]:
    """By name and interval."""
    config = node.load()
    return [
        Periodic("exchange", float(config.exchange_every_s), exchange_all),
        Periodic("erase", 10.0, erase_last_bytes),
        Periodic("tidy", HOUR, tidy),
    ]


def forever() -> None:
    """Until SIGTERM or Ctrl-C."""
    boot.ensure()
    run_worker(stop_on_signals(), 1.0, periodic())


def once() -> None:
    """Everything that is due now: sweepers, waiting tasks, periodic jobs."""
    boot.ensure()
    run_once(periodic())
