"""Dossiers to print: left to right, right to left, and mixed with facing languages."""

from dataclasses import replace

from tejido.engines.press.records import APPROVED, MACHINE, WITHDRAWN, Dossier, Labels, Line, Quote, Version, Voice

EN = Labels(
    contents="Contents", question="The question", the_chain="The chain", voice="Voice", report="Report",
    commentary="Commentary", parallel="Parallel experience", answers="answers voice %(number)s",
    quotes="Quotes voice %(number)s",
    spoken="spoken", translated="Translated from “%(lang)s”, checked by a person.", untranslated="Not translated: in %(lang)s.",
    machine_original="Written by a machine, checked by nobody.",
    machine_translation="A machine's draft, checked by nobody.",
    synthetic="A synthetic voice.", method="How this was made",
    changes="What has changed", edition="Edition %(number)s", licence="Licence", place="Where", language="Language",
    who="Who", day="Spoken on", listen="Listen", map="Where the voices come from",
    summary="Text in reading order with headings and a table of contents; no sound is needed to follow it.",
    map_note="Who answered whom, by the places that the circles named. No map: nobody was asked for a position.",
    no_place="no place named", words="Words", translation="Translation", sound="Sound",
    heard="Heard by a machine; a person read it and changed %(number)s of %(all)s passages.",
    typed="Typed by a person.", approved="Approved by a person.", sources="Sources",
    sources_note="Each voice has a name that never changes.", share="Copy it and pass it on.",
    newest="The newest edition is at", address="Read it here", code="The same address as a QR code",
    pattern="The pattern is woven from this publication's name.", minutes="%(time)s min",
    absences={"withdrawn": ("Withdrawn by the speaker", "Whoever spoke here has taken the words back. The number stays.")},
    languages={"en": "English", "ar": "Arabic", "es": "Spanish"},
    sounds={"own": "Own voice.", "disguised": "A changed voice.", "revoiced": "Read by somebody else."},
)  # fmt: skip
AR = replace(
    EN, contents="المحتويات", question="السؤال", the_chain="السلسلة", voice="الصوت", report="تقرير",
    commentary="تعليق", parallel="تجربة موازية", answers="يجيب على الصوت %(number)s",
    quotes="يقتبس من الصوت %(number)s",
    translated="مترجم من «%(lang)s» وراجعه إنسان.",
    untranslated="غير مترجم: بال%(lang)s.", machine_original="كتبته آلة ولم يراجعه أحد.",
    machine_translation="مسودة آلة لم يراجعها أحد.", synthetic="صوت اصطناعي.",
    method="كيف صُنع هذا", changes="ما الذي تغيّر", edition="الطبعة %(number)s", licence="الرخصة", place="المكان",
    language="اللغة", who="من", day="قيل في", map="من أين تأتي الأصوات", summary="نص مرتب بعناوين وفهرس.",
    map_note="من أجاب من، بالأماكن التي سمتها الحلقات. لا خريطة: لم يُسأل أحد عن موقعه.",
    no_place="بلا مكان", words="الكلمات", translation="الترجمة", sound="الصوت",
    heard="سمعته آلة، ثم قرأه إنسان وغيّر %(number)s من %(all)s مقاطع.", typed="كتبه إنسان.",
    approved="وافق عليها إنسان.", sources="المصادر", sources_note="لكل صوت اسم لا يتغير.",
    share="انسخه ومرّره.", newest="أحدث طبعة على", address="اقرأه هنا", code="العنوان نفسه رمزًا مربعًا",
    pattern="النقش منسوج من اسم هذا المنشور.", minutes="%(time)s دقيقة",
    absences={"withdrawn": ("سحبه المتكلم", "من تكلم هنا استرد كلماته.")},
    languages={"en": "الإنكليزية", "ar": "العربية", "es": "الإسبانية"},
    sounds={"own": "صوته.", "disguised": "صوت مغيّر.", "revoiced": "قرأه غيره."},
)  # fmt: skip

ENGLISH = Voice(
    1, "Night circle", "Chicago", "2026-05-02", "en", "report",
    (
        Line("We start at six & nobody says when we stop.", 0, "", 4000, "a-000", "machine"),
        Line("Yesterday <the line> broke three times.", 4200, "", 8000, "a-001", "person"),
        Line("Entonces nos fuimos.", 9000, "es", 11_000, "a-002", "machine"),
    ),
    duration=61_000, voice="own", key="aaaabbbbccccddddeeeeffff22",
    address="https://node.example/p/abcd2345/en/1/",
    versions=(
        Version("ar", APPROVED, ("نبدأ في السادسة ولا أحد يقول متى نتوقف.", "أمس توقف الخط ثلاث مرات.", "ثم رحلنا.")),
        Version("es", MACHINE, ("Empezamos a las seis.", "Ayer la línea se rompió.", "Entonces nos fuimos.")),
    ),
)  # fmt: skip
ARABIC = Voice(
    2, "دائرة الميناء", "غازي عنتاب", "2026-05-04", "ar", "parallel",
    (Line("لا أحد يسألنا كيف حالنا، والأجر 120 ليرة.", 1000), Line("السلام على العاملات والعمال.", 5100)),
    answers=1, quotes=(Quote(1, ("a-001",)), Quote(3, ("a-000",))),
    duration=40_000, machine=True, voice="disguised", key="bbbbccccddddeeeeffffgggg22",
    versions=(Version("en", APPROVED, ("Nobody asks us how we are; the wage is 120 lira.", "Peace to the workers.")),),
)  # fmt: skip
GONE = Voice(3, "", "", "2026-05-05", "es", "commentary", answers=2, absent=WITHDRAWN)

MIXED = Dossier(
    identifier="urn:uuid:6d6b1f0e-0d7a-5b36-9d3c-0d6d8c0f9a11",
    title="Who decides when the night ends?",
    question="When does your shift end, and who says so?",
    question_lang="en",
    lang="en",
    publisher="Warehouse Workers' Committee",
    licence="CC-BY-SA-4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
    modified=1_780_000_000,
    edition=2,
    voices=(ENGLISH, ARABIC, GONE),
    changes=("Voice 3 was withdrawn.",),
    method=("Spoken between May and June; transcribed by a machine, corrected by people.", "Two reviewers."),
    address="https://node.example/p/abcd2345/",
    seed="abcd2345",
    day="22 November 2026",
    summary="Two circles say when a night ends, and who decides it.",
)
LTR = replace(MIXED, voices=(ENGLISH,), changes=(), identifier="urn:uuid:6d6b1f0e-0d7a-5b36-9d3c-0d6d8c0f9a12")
RTL = replace(
    MIXED,
    lang="ar",
    title="من يقرر متى ينتهي الليل؟",
    voices=(ARABIC, ENGLISH),
    method=("قيل بين أيار وحزيران.",),
    changes=("سُحب صوت.",),
    identifier="urn:uuid:6d6b1f0e-0d7a-5b36-9d3c-0d6d8c0f9a13",
)
BOOKS = {"ltr": (LTR, EN), "rtl": (RTL, AR), "mixed": (MIXED, EN)}
