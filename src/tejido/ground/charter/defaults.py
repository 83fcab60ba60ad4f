"""A charter to begin with, in plain words: what a network may change as it likes before it agrees to it.

The numbers stand in the rules, not in the text, so that the two cannot contradict each other.
"""

from collections.abc import Mapping

from tejido.ground.charter.events import Rhythm, Rules

RULES = Rules(admit="2", amend="66%", suspend="66%", rhythm=Rhythm(30, 4, 1))

CHAPTERS: Mapping[str, Mapping[str, str]] = {
    "members": {
        "en": (
            "We are organisations, not persons. Each of us decides for itself and keeps its own house; no member "
            "gives orders to another.\n\n"
            "Whoever wants to join asks one of us. That member puts the request to all, and the members say yes or "
            "no. Before that, somebody of us has spoken with them, on the telephone or face to face, and has compared "
            "the words of both organisations.\n\n"
            "Each member has one voice. A member that harms others, hands on what was told in confidence, or does not "
            "answer for long can be suspended by the others, and taken back in the same way. Whoever wants to leave "
            "leaves, and owes nobody a reason. What they gave before stays under their name, and they may take back "
            "what is theirs."
        ),
        "es": (
            "Somos organizaciones, no personas. Cada una decide por sí misma y cuida su propia casa; ninguna da "
            "órdenes a otra.\n\n"
            "Quien quiera entrar se lo pide a una de nosotras. Ella presenta la solicitud a todas, y las integrantes "
            "dicen sí o no. Antes, alguien de nosotras ha hablado con esa organización, por teléfono o en persona, y "
            "ha comparado las palabras de ambas.\n\n"
            "Cada integrante tiene una voz. A quien daña a otras, cuenta lo que se dijo en confianza o no responde "
            "durante mucho tiempo, las demás pueden suspenderla, y readmitirla del mismo modo. Quien quiera irse se "
            "va, y no debe explicaciones a nadie. Lo que dio antes queda con su nombre, y puede retirar lo que es "
            "suyo."
        ),
        "ar": (
            "نحن منظمات، لا أفراد. كل منظمة تقرر لنفسها وترعى بيتها؛ ولا تعطي أي عضو أوامر لعضو آخر.\n\n"
            "من أراد الانضمام يطلب ذلك من إحدانا. تعرض هذه المنظمة الطلب على الجميع، ويقول الأعضاء نعم أو لا. وقبل "
            "ذلك يكون أحد منا قد تحدث معهم، بالهاتف أو وجها لوجه، وقارن كلمات المنظمتين.\n\n"
            "لكل عضو صوت واحد. العضو الذي يؤذي غيره، أو ينقل ما قيل له سرا، أو لا يجيب مدة طويلة، يمكن للآخرين تعليق "
            "عضويته، وإعادته بالطريقة نفسها. ومن أراد أن يغادر يغادر، ولا يدين لأحد بسبب. ما أعطاه من قبل يبقى باسمه، "
            "وله أن يسحب ما هو له."
        ),
    },
    "rhythm": {
        "en": (
            "We meet in work, not in meetings. Whoever joins records or answers a first chain of voices soon. Several "
            "times a year some of us sit together over one event and map who gains and who pays. At least once a year "
            "we press one common target together, each in its own way.\n\n"
            "Whoever cannot keep the rhythm says so. Nobody is suspended for being tired."
        ),
        "es": (
            "Nos encontramos en el trabajo, no en reuniones. Quien entra graba o responde pronto una primera cadena "
            "de voces. Varias veces al año algunas nos sentamos ante un mismo acontecimiento y dibujamos quién gana y "
            "quién paga. Al menos una vez al año presionamos juntas un mismo objetivo, cada una a su manera.\n\n"
            "Quien no pueda seguir el ritmo lo dice. A nadie se suspende por estar cansada."
        ),
        "ar": (
            "نلتقي في العمل، لا في الاجتماعات. من ينضم يسجل أو يجيب قريبا في سلسلة أصوات أولى. وعدة مرات في السنة "
            "يجتمع بعضنا حول حدث واحد ويرسم من يربح ومن يدفع. ومرة على الأقل في السنة نضغط معا على هدف مشترك، كل "
            "بطريقته.\n\n"
            "ومن لا يستطيع مواكبة الإيقاع يقول ذلك. ولا تعلق عضوية أحد لأنه متعب."
        ),
    },
    "treasury": {
        "en": (
            "Each member commits a part of its money to a common pool, says how much, and pays on time or says that "
            "it cannot. Whoever is hit by repression, a strike or a disaster may draw on it; need comes before size. "
            "Who decides changes in turn. Every payment and its reason stand in a book that all members can read and "
            "add up again."
        ),
        "es": (
            "Cada integrante compromete una parte de su dinero para un fondo común, dice cuánto, y paga a tiempo o "
            "avisa de que no puede. Quien sufra represión, una huelga o un desastre puede recurrir a él; la necesidad "
            "va antes que el tamaño. Quienes deciden se turnan. Cada pago y su motivo constan en un libro que todas "
            "pueden leer y volver a sumar."
        ),
        "ar": (
            "يلتزم كل عضو بجزء من ماله في صندوق مشترك، ويقول كم، ويدفع في وقته أو يقول إنه لا يستطيع. من أصابه قمع أو "
            "إضراب أو كارثة له أن يأخذ منه؛ والحاجة قبل الحجم. ويتناوب من يقررون. كل دفعة وسببها في دفتر يقرؤه كل "
            "الأعضاء ويعيدون حسابه."
        ),
    },
    "archive": {
        "en": (
            "What people tell us belongs to them. We keep it as they allowed and no longer, ask again before it goes "
            "any further, and take it back everywhere when they say so. We name no one who has not agreed. A "
            "machine's words are marked as a machine's."
        ),
        "es": (
            "Lo que la gente nos cuenta es suyo. Lo guardamos como lo permitió y no más, volvemos a preguntar antes "
            "de que llegue más lejos, y lo retiramos en todas partes cuando lo pide. No nombramos a nadie que no esté "
            "de acuerdo. Las palabras de una máquina se marcan como tales."
        ),
        "ar": (
            "ما يرويه الناس لنا هو لهم. نحفظه كما سمحوا ولا أكثر، ونسأل من جديد قبل أن يذهب أبعد، ونسحبه من كل مكان "
            "حين يقولون ذلك. لا نسمي أحدا لم يوافق. وكلام الآلة يوسم بأنه كلام آلة."
        ),
    },
    "publication": {
        "en": (
            "Each voice is published by the member that it was given to, and only as its speaker allowed. What "
            "concerns another member we show it first. We correct mistakes where they were made, in the open. Nobody "
            "speaks for the network; each speaks for itself, and together where all have agreed to the words."
        ),
        "es": (
            "Cada voz la publica la integrante a quien fue dada, y solo como quien habló lo permitió. Lo que toca a "
            "otra integrante se lo mostramos antes. Corregimos los errores donde se cometieron, a la vista. Nadie "
            "habla por la red; cada una habla por sí misma, y juntas cuando todas acordaron las palabras."
        ),
        "ar": (
            "ينشر كل صوت العضو الذي أعطي له، وكما سمح صاحبه فقط. وما يخص عضوا آخر نريه إياه أولا. ونصحح الأخطاء حيث "
            "وقعت، علنا. لا أحد يتكلم باسم الشبكة؛ كل يتكلم باسمه، ومعا حين يتفق الجميع على الكلمات."
        ),
    },
}  # fmt: skip
