"""A chain to look at: four organisations, four languages, a withdrawn voice, a branch within a branch."""

from datetime import date

from tejido.ground.ui.chain import ChainNode

ARABIC = "عندنا أيضاً لا يكتبون ساعات العمل الإضافية. بدأنا نصوّر بطاقات الدوام كلّ مساء ونحفظها عند ثلاثة أشخاص."


def a_chain() -> ChainNode:
    """Seven voices."""
    tenants = ChainNode(
        "g",
        "commentary",
        "Tenants' union",
        "Block 9",
        "Lisbon",
        "pt",
        date(2026, 11, 12),
        95,
        "O registo tem de ficar fora do alcance do patrão. Com as rendas fizemos o mesmo.",
        url="/chains/1/g",
        machine=True,
    )
    lagos = ChainNode(
        "e", "parallel", "Students of Yaba", "Night readers", "Lagos", "yo", date(2026, 11, 11), 300,
        "Ní ilé ìkàwé, wọ́n ń san owó fún wákàtí mẹ́fà, a sì ń ṣiṣẹ́ mẹ́jọ.", url="/chains/1/e", machine=True,
        children=(
            ChainNode("f", "commentary", "Warehouse committee", "Dock B", "Chicago", "en", date(2026, 11, 12), 61,
                      "Six paid, eight worked: the same trick as our scanner log-off.", url="/chains/1/f"),
            ChainNode("h", "parallel", "Migrant workers' centre", "Sunday kitchen", "Beirut", "am",
                      date(2026, 11, 14), 244, "እኛም የሥራ ሰዓታችንን በየቀኑ እንጽፋለን።", url="/chains/1/h", synthetic=True),
        ),
    )  # fmt: skip
    gaziantep = ChainNode(
        "c", "parallel", "Refugee union", "Textile workshop 3", "Gaziantep", "ar", date(2026, 11, 10), 372, ARABIC,
        url="/chains/1/c", children=(tenants, lagos),
    )  # fmt: skip
    return ChainNode(
        "a", "report", "Warehouse committee", "Dock B", "Chicago", "en", date(2026, 11, 9), 521,
        "They clock us out at the scanner, and then we walk ten minutes to the gate. Nobody pays the walk. So we"
        " began to write down the minutes, each of us, on the same sheet.",
        url="/chains/1/a",
        children=(
            ChainNode("b", "commentary", "Refugee union", "Textile workshop 3", "Gaziantep", "ar", date(2026, 11, 10),
                      88, "الورقة الواحدة للجميع هي الفكرة: لا أحد وحده.", url="/chains/1/b"),
            ChainNode("x", "commentary", "Students of Yaba", "", "Lagos", "yo", date(2026, 11, 11), withdrawn=True),
            gaziantep,
        ),
    )  # fmt: skip
