"""A feed to read back: two episodes, right to left within left to right, every field filled."""

from tejido.engines.press.feed import Episode, Show, Sound, Transcript, within

DIGEST = "sha256-3SlELeymn1LFAAa4Mcshbt94p9ozdI8KgP8Z8uvlfs0="
SHOW = Show(
    title="Night shifts, told from city to city",
    description="Reports of at most ten minutes, passed on and answered. <Every voice by consent> & withdrawn at will.",
    link="https://node.example/chains/",
    self_url="https://node.example/feeds/es.xml",
    lang="es",
    image="https://node.example/art/show-3f.png",
    author="Comité de almacenes",
    licence="CC-BY-SA-4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
)
FIRST = Episode(
    guid="hop-7f3a",
    title="¿Quién decide cuándo termina la noche?",
    link="https://node.example/chains/abc/1/",
    description=within([("Empieza a las seis & no termina.", "es", "ltr"), ("لا تنتهي الليلة", "ar", "rtl")]),
    published=1_763_000_000,
    number=1,
    sound=Sound("https://node.example/a/7f.mp3", "audio/mpeg", 4_800_123, 599_600, 64_000, "es", "MP3"),
    lang="es",
    season=2,
    season_name="La noche",
    image="https://node.example/art/7f.png",
    alternates=(
        Sound("https://node.example/a/7f.opus", "audio/ogg", 1_800_321, 599_600, 24_000, "es", "Opus", DIGEST),
    ),
    licence="CC-BY-NC-4.0",
    licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
    transcripts=(
        Transcript("https://node.example/t/7f.es.json", "application/json", "es"),
        Transcript("https://node.example/t/7f.es.vtt", "text/vtt", "es", captions=True),
        Transcript("https://node.example/t/7f.ar.json", "application/json", "ar"),
        Transcript("https://node.example/t/7f.ar.vtt", "text/vtt", "ar"),
    ),
    chapters="https://node.example/t/7f.chapters.json",
    people=("Círculo del puerto", "دائرة الميناء"),
)
SECOND = Episode(
    guid="hop-90bb",
    title="Una respuesta desde \u2068غازي عنتاب\u2069",
    link="https://node.example/chains/abc/2/",
    description="<p>Respuesta</p>",
    published=1_763_100_000,
    number=2,
    sound=Sound("https://node.example/a/90.mp3", "audio/mpeg", 99_000, 12_400),
    lang="es",
)
