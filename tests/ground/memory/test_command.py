"""`tejido memory` as somebody types it."""

import json
from pathlib import Path

import pytest

from tests.ground.memory.files import a_glossary, a_tmx
from tests.harness.nodes import Nodes

pytestmark = pytest.mark.slow


def test_files_in_and_out_and_what_is_alike(nodes: Nodes, tmp_path: Path) -> None:
    node = nodes.create("Prueba")
    memory, glossary = a_tmx(tmp_path), a_glossary(tmp_path)
    first = node.call("memory", "import", memory, glossary).stdout
    assert first == "words.tmx: 3 new entries\nterms.csv: 2 new entries\n"
    assert "in the memory already" in node.call("memory", "import", memory).stdout
    (found,) = node.json("memory", "search", "--source", "en", "--target", "es", "the gates are closed")
    assert found["target"] == "el portón está cerrado"
    assert "huelga" in node.call("memory", "export", "--glossary").stdout
    out = tmp_path / "out.tmx"
    node.call("memory", "export", "--output", out, "--source", "en", "--target", "ar")
    assert "نطلب الماء" in out.read_text()
    assert "portón" not in out.read_text()
    bad = tmp_path / "bad.tmx"
    bad.write_text("<tmx>\n<body>")
    refused = node.call("memory", "import", bad, status=2)
    assert refused.stderr.splitlines()[-1].startswith("tejido: Line 2: ")
    assert [one for one in json.loads(node.call("check", "--json").stdout) if one["level"] == "fault"] == []
