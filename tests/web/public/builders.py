"""A publication as a circle would have it: several voices, long and short, in three languages, with sound."""

from pathlib import Path
from random import Random

from tejido.ground.people import OPERATOR
from tejido.practices.relay import actions
from tejido.practices.relay.actions import Words
from tejido.practices.relay.publishing import actions as publishing
from tejido.practices.relay.publishing.choice import Choice
from tests.engines.speech.sounds import tone, write
from tests.practices.relay.builders import YES, Node
from tests.practices.relay.press.builders import captions
from tests.practices.relay.publishing.builders import approve, translate

SAID = (
    ("report", "Hace calor en el almacén.\nEl termómetro marca cuarenta y uno, y no hay ventiladores.",
     "It is hot in the warehouse.\nThe thermometer says forty-one, and there are no fans.",
     "الجو حار في المستودع.\nيشير الميزان إلى إحدى وأربعين درجة، ولا توجد مراوح."),
    ("commentary", "Aquí dijeron lo mismo: que es por el clima.\nPero las oficinas están frescas.",
     "Here they said the same: that it is the climate.\nBut the offices are cool.",
     "قالوا لنا الشيء نفسه: إنه المناخ.\nلكن المكاتب باردة."),
    ("parallel", "En nuestro taller paramos una hora cada tarde.\nNadie lo pidió. Nos sentamos juntas.",
     "In our workshop we stop for an hour every afternoon.\nNobody asked. We sat down together.",
     "في ورشتنا نتوقف ساعة كل عصر.\nلم يطلب أحد ذلك. جلسنا معا."),
)  # fmt: skip
TITLES = {"es": "Calor en el turno de noche", "en": "Heat on the night shift", "ar": "الحر في نوبة الليل"}
QUESTIONS = {"es": "¿Cuánto calor hace?", "en": "How hot is it where you work?", "ar": "كم درجة الحرارة حيث تعملون؟"}
SUMMARIES = {
    "es": "Tres círculos miden y comparan.",
    "en": "Three circles measure, and compare.",
    "ar": "ثلاث دوائر تقيس وتقارن.",
}


def hops(node: Node, folder: Path | None = None, letters: int = 0) -> None:
    """Our own voices in the chain, each answering the first, approved and translated; `letters`: how much longer each line is.

    With a `folder` for its files each voice has a sound of a second, and its words have their times.
    """
    first = ""
    for at, (role, *said) in enumerate(SAID):
        spanish, english, arabic = (longer(text, letters) for text in said)
        words = Words("es", text=spanish) if folder is None else sounding(folder / f"{at}.wav", 300 + 100 * at)
        if first:
            report = actions.answer(viewer=OPERATOR, hop=first, role=role, circle=node.circle, words=words, said=YES)
        else:
            report = actions.add_report(viewer=OPERATOR, chain=node.chain, circle=node.circle, words=words, said=YES)
        if folder is not None:
            actions.bring_transcript(viewer=OPERATOR, report=report, content=captions(spanish.split("\n"), 1))
        approve(report)
        translate(report, "en", english.split("\n"))
        translate(report, "ar", arabic.split("\n"))
        hop = actions.pass_on(viewer=OPERATOR, report=report)
        first = first or hop


def longer(text: str, letters: int) -> str:
    """Each line with so many letters more, of a vocabulary that compresses no better than speech does."""
    random, alphabet = Random(text), sorted({letter for letter in text if letter.isalpha()})
    words = ["".join(random.choices(alphabet, k=random.randint(2, 9))) for _ in range(300)]
    more = ""
    while len(more) < letters:
        more += f" {random.choice(words)}"
    return "\n".join(line + more for line in text.split("\n"))


def sounding(path: Path, hertz: float) -> Words:
    """A recording of a tone."""
    return Words("es", audio=write(path, tone(1, hertz)), audio_type="audio/wav")


def choice(node: Node, **more: object) -> Choice:
    """All of the chain, in three languages."""
    said = {"titles": TITLES, "questions": QUESTIONS, "summaries": SUMMARIES}
    return Choice(**{"chains": (node.chain,), "langs": ("es", "en", "ar"), **said, **more})  # type: ignore[arg-type]


def publish(node: Node, **more: object) -> str:
    """The address of a publication of it."""
    return publishing.publish(viewer=OPERATOR, choice=choice(node, **more))
