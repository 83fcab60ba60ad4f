"""Publishing, correcting, taking back: what leaves, what stays, what is erased."""

from tejido.ground.people import GUEST
from tejido.practices.relay.publishing import public as reading
from tests.practices.relay.publishing.builders import Chain, published


def test_a_chain_is_published_in_order_and_anybody_may_read_it(chain: Chain) -> None:
    slug = published(chain)
    (found,) = reading.editions(viewer=GUEST)
    assert (found.slug, found.number, found.newest, found.withdrawn, found.mine) == (slug, 1, True, False, True)
    assert found.titles == {"es": "Calor"}
    assert [(one.number, one.answers, one.status) for one in found.items] == [(1, None, "shown"), (2, 1, "shown")]
    assert [[line.text for line in voice.lines] for voice in found.voices] == [
        ["Hace calor.", "Mucho."],
        ["Aquí también."],
    ]
    assert found.voices[0].who == "Noche"
    assert found == reading.edition(slug)
