"""FFmpeg's audio filters over streams of 48 kHz mono samples."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from tejido.engines.speech.decode import RATE

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.filter import Graph

    from tejido.engines.speech.decode import Samples

Filter = tuple[str, str]


def filtered(chunks: Iterable["Samples"], *filters: Filter) -> Iterator["AudioFrame"]:
    """What comes out of `filters` (name, FFmpeg options), as float mono frames at 48 kHz."""
    graph = _graph(*filters)
    place = 0
    for chunk in chunks:
        graph.push(_frame(chunk, place))
        place += len(chunk)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _graph(*filters: Filter) -> "Graph":
    import av.filter

    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
    steps = [graph.add(name, options) for name, options in filters]
    graph.link_nodes(source, *steps, graph.add("aformat", "sample_fmts=flt"), graph.add("abuffersink"))
    graph.configure()
    return graph


def _frame(chunk: "Samples", place: int) -> "AudioFrame":
    import av

    frame = av.AudioFrame.from_ndarray(chunk[None, :], format="flt", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
    return frame


def _pulled(graph: "Graph") -> Iterator["AudioFrame"]:
    import av

    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame
