"""The ten: who they are, where, and how they begin."""

from dataclasses import dataclass
from typing import Final

ALERTS: Final = "Group + alert"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who is played; `character` is what the transcript's reader is told of them."""

    key: str
    name: str
    zone: str
    slot: str
    plan: str  # a template, or "" for one of their own
    level: str
    character: str
    second: str = ""
    language: str = "en"


CAST: Final = (
    Learner(
        "ilya",
        "Илья",
        "Europe/London",
        "07:00 mon-fri",
        "story",
        ALERTS,
        "the honest confessor: plans A to D failed, this is the fifth; says so when a morning is lost",
        language="ru",
    ),
    Learner(
        "ingrid",
        "Ingrid",
        "Europe/Oslo",
        "06:30 mon-fri",
        "story",
        ALERTS,
        "the diligent one: a second slot on two evenings, promises what she can keep",
        second="19:00 tue thu",
    ),
    Learner(
        "mateo",
        "Mateo",
        "Europe/Madrid",
        "07:30 every day",
        "algorithms",
        ALERTS,
        "the sprinter: four furious weeks, burns out, is paused, comes back smaller",
    ),
    Learner(
        "misaki",
        "美咲",
        "Asia/Tokyo",
        "05:30 mon-sat",
        "fastai",
        "Group",
        "the parent with broken nights: sick days, a pause, and mornings that come late",
    ),
    Learner(
        "alexei",
        "Алексей",
        "Europe/Belgrade",
        "21:00 mon-thu",
        "",
        ALERTS,
        "the perfectionist: his own plan in a file, forever improved; dates in Russian, and moved",
        language="ru",
    ),
    Learner(
        "priya",
        "Priya",
        "Asia/Kolkata",
        "06:45 mon-fri",
        "algorithms",
        ALERTS,
        "promises too much, and learns to split",
    ),
    Learner(
        "tomasz",
        "Tomasz",
        "Europe/Warsaw",
        "20:00 mon-fri",
        "language-b1",
        "Group",
        "reads along, hardly says a word, goes silent; has a buddy",
    ),
    Learner(
        "chloe",
        "Chloé",
        "Europe/Paris",
        "10:00 sat sun",
        "language-b1",
        ALERTS,
        "learns at weekends, Greek, and means to keep it so",
    ),
    Learner(
        "omar",
        "عمر",
        "Asia/Amman",
        "08:00 sun-thu",
        "fastai",
        ALERTS,
        "travels: Amman, New York, Tokyo, home",
    ),
    Learner(
        "zanele",
        "Zanele",
        "Africa/Johannesburg",
        "18:30 mon wed fri",
        "",
        ALERTS,
        "her own plan; leaves the group halfway, and is left in peace",
    ),
)

ALEXEI_FILE: Final = """# Вероятность, как следует

## Основы
- [ ] Пространства элементарных исходов (90m)
- [ ] Условная вероятность (90m)
- [ ] Независимость (60m)
- [ ] Формула Байеса (90m)

## Случайные величины
- [ ] Дискретные распределения (120m)
- [ ] Математическое ожидание (90m)
- [ ] Дисперсия и ковариация (90m)
- [ ] Непрерывные распределения (120m)
- [ ] Нормальное распределение (90m)

## Предельные теоремы
- [ ] Закон больших чисел (120m)
- [ ] Центральная предельная теорема (150m)
"""

ZANELE_FILE: Final = """title: Accounting, the exam in June
tracks:
  - title: Financial reporting
    sources:
      - primary: The institute's study text
      - practice: Past papers
    modules:
      - title: The conceptual framework
        minutes: 90
      - title: Revenue
        minutes: 120
      - title: Leases
        minutes: 120
      - title: Impairment
        minutes: 90
  - title: Tax
    modules:
      - title: Income tax
        minutes: 150
      - title: VAT
        minutes: 120
"""
