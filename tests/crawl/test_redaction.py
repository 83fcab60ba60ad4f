"""A word taken out of a report in a live chain on four nodes, then searched for in every file, table and carrier.

The report stays: its new edition is shown everywhere, with other sound, in its place in the tree; its answer stands.
"""

import shutil
from pathlib import Path

import pytest

from tests.crawl import grep
from tests.crawl.test_erasure import CLIPS, PURPOSES, Federation, Told, agree, federation, held, inside
from tests.crawl.test_erasure import _sounds as sounds_of
from tests.harness import postgres

__all__ = ["federation"]
WORD, CORRECTED = "Drûvenka", "Plöskimor"


def tell(made: Federation) -> Told:
    """Recorded in Chicago, written down by a machine, corrected, passed on; the word stands in both wordings."""
    node = made["chicago"]
    said = ["--circle", made.circles["chicago"], "--lang", "en", "--chain", made.chain, "--consent", PURPOSES]
    report = node.call("report", "add", CLIPS / "chicago-report.webm", *said).stdout.strip()
    inside(node, "written", report, f"the foreman {WORD} shouts all day", "300")
    hop = node.call("pass", report).stdout.strip()
    inside(node, "correct", report, f"the foreman {CORRECTED} shouts all day")
    return Told(node, report, hop, (WORD, CORRECTED), sounds_of(node, report))


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_word_taken_out_is_nowhere_and_the_report_stands(federation: Federation, tmp_path: Path) -> None:
    everybody, stick = list(federation.nodes), tmp_path / "stick"
    stick.mkdir()
    federation["chicago"].serve()
    told = tell(federation)
    federation.meet("chicago", "gaziantep")
    answer = federation.type("gaziantep", told.hop, "We know him.")
    federation.meet(*reversed(everybody), *everybody)
    federation.meet(*everybody, at=stick)
    assert [hop[2] for hop in federation.tree("ankara")] == ["shown", "shown"]
    for name in ("chicago", "gaziantep", "lagos"):
        assert held(federation[name], [told], tmp_path), "what is not found before proves nothing afterwards"

    federation["chicago"].call("redact", told.report, "--word", "m-000:3", "--keep")
    here = [name for name in everybody if name != "lagos"]
    federation.meet(*here, *here)
    for name in here:
        federation[name].call("worker", "--once")
        assert held(federation[name], [told], tmp_path) == []
    assert grep.in_folder(federation.exchange, told.needles()) == []
    federation.meet("lagos", at=stick)  # with the old words in its pocket
    federation.meet("lagos")
    federation["lagos"].call("worker", "--once")
    for name in everybody:
        federation.meet(name, at=stick)
    federation.meet(*everybody, *everybody)  # a second time for the receipts of those who came last
    assert grep.in_folder(tmp_path, told.needles()) == []

    shape = [(told.hop, "", "shown", "the foreman […] shouts all day"), (answer, told.hop, "shown", "We know him.")]
    agree(federation, shape, [told])
    for name in everybody:
        (first, _) = federation[name].json("chain", "show", federation.chain)["hops"]
        assert (first["edition"], first["heard"]) == (3, True)
        if not federation[name].env.get(postgres.URL_VARIABLE):
            assert inside(federation[name], "audible", told.hop) > 1000
    shutil.rmtree(stick)
