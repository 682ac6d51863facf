"""Two wordings that say the same, of an organization, a post, a unit or a rank, compare as alike.

Abbreviations, legal forms, British and American spelling, word order and the names of states do not matter.
Numbers, points of the compass and words such as *deputy* must agree: they tell brigades, commands and posts apart.
Pure; nothing here decides that two are one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, NamedTuple

from whence.romanisation import SLIP, alike, consonants, latin, listed, sound

__all__ = ["RANKS", "Likeness", "Wording", "compare", "keys", "read", "wordings", "words"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 to 1; what speaks for it and what against, in words.

    `shared` holds the words in which they agree: for each a key, and how telling it is, in bits.
    """

    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()
    shared: tuple[tuple[str, float], ...] = ()


class Wording(NamedTuple):
    """A wording taken apart."""

    text: str
    words: tuple[str, ...]  # in order, without small words, states, numbers and marks
    states: frozenset[str]
    numbers: tuple[str, ...]
    marks: frozenset[str]
    acronyms: frozenset[str]  # what its initials may be written as
    left_out: tuple[str, ...]
    single: str  # the one word that it consists of, as it may be an acronym


RANKS: Final = {
    "lt": "lieutenant", "gen": "general", "maj": "major", "col": "colonel", "brig": "brigadier", "capt": "captain",
    "cpt": "captain", "cdr": "commander", "cmdr": "commander", "comdr": "commander", "adm": "admiral",
    "sgt": "sergeant", "cpl": "corporal", "pvt": "private", "pte": "private", "radm": "rear admiral",
    "vadm": "vice admiral", "ltg": "lieutenant general", "ltgen": "lieutenant general", "mg": "major general",
    "majgen": "major general", "bg": "brigadier general", "bgen": "brigadier general", "ltc": "lieutenant colonel",
    "ltcol": "lieutenant colonel", "lcdr": "lieutenant commander", "ltcdr": "lieutenant commander",
    "ltjg": "lieutenant junior grade", "fm": "field marshal", "avm": "air vice marshal", "acm": "air chief marshal",
    "gp": "group", "wg": "wing", "sqn": "squadron", "ldr": "leader", "flt": "flight", "fg": "flying",
    "plt": "pilot", "cdre": "commodore", "cmdre": "commodore", "ssg": "staff sergeant", "ssgt": "staff sergeant",
    "msg": "master sergeant", "msgt": "master sergeant", "sfc": "sergeant first class", "sgm": "sergeant major",
    "csm": "command sergeant major", "wo": "warrant officer", "cwo": "chief warrant officer", "po": "petty officer",
    "cpo": "chief petty officer", "mcpo": "master chief petty officer", "ens": "ensign", "2lt": "second lieutenant",
    "1lt": "first lieutenant", "2ndlt": "second lieutenant", "1stlt": "first lieutenant", "lcpl": "lance corporal",
    "pfc": "private first class", "mshl": "marshal", "snr": "senior", "ret": "retired", "retd": "retired",
}  # fmt: skip
_SHORT: Final = {
    "dept": "department", "min": "ministry", "mod": "ministry defense", "dod": "department defense",
    "govt": "government", "bde": "brigade", "bn": "battalion", "regt": "regiment", "rgt": "regiment",
    "div": "division", "sqn": "squadron", "hq": "headquarters", "univ": "university", "inst": "institute",
    "natl": "national", "intl": "international", "comd": "command", "cmd": "command", "bty": "battery",
    "assn": "association", "assoc": "association", "cttee": "committee", "dep": "deputy", "asst": "assistant",
    "mech": "mechanized", "inf": "infantry", "arty": "artillery", "armd": "armored", "abn": "airborne",
    "sec": "secretary", "dir": "director", "fed": "federal", "def": "defense", "dev": "development",
    "tech": "technology", "bros": "brothers", "mfg": "manufacturing", "vdv": "airborne force", "un": "united nation",
    "eu": "european union",
}  # fmt: skip
_STATES: Final = {
    name: code
    for code, _, names in (
        pair.partition("=")
        for pair in """kr=republic of korea|rok|south korea|south korean
kp=democratic people republic of korea|democratic peoples republic of korea|dprk|north korea|north korean
korea=korea|korean
us=united states of america|united states|usa|us|american|america
gb=united kingdom of great britain and northern ireland|united kingdom|uk|great britain|britain|british
cn=people republic of china|peoples republic of china|prc|china|chinese
tw=republic of china|roc|taiwan|taiwanese
ru=russian federation|russia|russian
ua=ukraine|ukrainian
de=federal republic of germany|germany|german
fr=french republic|france|french
ir=islamic republic of iran|iran|iranian
tr=republic of turkiye|republic of turkey|turkiye|turkey|turkish
it=italian republic|italy|italian
jp=japan|japanese
sy=syrian arab republic|syria|syrian
in=republic of india|india|indian
pk=islamic republic of pakistan|pakistan|pakistani
af=islamic emirate of afghanistan|afghanistan|afghan
il=state of israel|israel|israeli
iq=republic of iraq|iraq|iraqi
eg=arab republic of egypt|egypt|egyptian
sa=kingdom of saudi arabia|saudi arabia|saudi arabian|saudi
pl=republic of poland|poland|polish
nl=kingdom of the netherlands|netherlands|dutch
se=kingdom of sweden|sweden|swedish
no=kingdom of norway|norway|norwegian
dk=kingdom of denmark|denmark|danish
gr=hellenic republic|greece|greek|hellenic
mm=myanmar|burma|burmese
ph=philippines|philippine|filipino
vn=socialist republic of vietnam|vietnam|vietnamese|viet nam
by=republic of belarus|belarus|belarusian|belarussian
cz=czech republic|czechia|czech
fi=finland|finnish
ee=estonia|estonian
lv=latvia|latvian
lt=lithuania|lithuanian
es=spain|spanish
pt=portugal|portuguese
be=belgium|belgian
ca=canada|canadian
au=australia|australian
nz=new zealand
ro=romania|romanian
bg=bulgaria|bulgarian
hu=hungary|hungarian
rs=serbia|serbian
hr=croatia|croatian
ge=republic of georgia|georgia|georgian
am=armenia|armenian
az=azerbaijan|azerbaijani
kz=kazakhstan|kazakh
mn=mongolia|mongolian
id=indonesia|indonesian
my=malaysia|malaysian
sg=singapore|singaporean
th=thailand|thai
ye=yemen|yemeni
lb=lebanon|lebanese
jo=hashemite kingdom of jordan|jordan|jordanian
mx=mexico|mexican
br=brazil|brazilian
ss=south sudan|south sudanese
sd=sudan|sudanese
za=south africa|south african
ch=switzerland|swiss|swiss confederation
at=austria|austrian""".splitlines()
    )
    for name in names.split("|")
}
_STATE: Final = re.compile(rf"\b(?:{'|'.join(sorted(_STATES, key=len, reverse=True))})\b")
_LEGAL: Final = frozenset(
    listed(
        "ltd limited llc inc incorporated corp corporation co company gmbh ag sa sarl srl spa oao ooo zao pao ao "
        "jsc ojsc cjsc pjsc plc bv nv oy oyj ab asa as kk pte pty sdn bhd kg llp lp fze fzco fzc dmcc sas kft doo "
        "jv"
    )
)
_SMALL: Final = frozenset(listed("the of and for in on to at de la du des di del da et und a an with by"))
_EMPTY: Final = frozenset({"affairs", "hm", "hms"})  # what names of the same thing have or lack
_MARKS: Final = frozenset(
    listed(
        "deputy vice assistant acting former under associate alternate emeritus elect designate north south east "
        "west northern southern eastern western northeast northwest southeast southwest upper lower anti non ex "
        "retired director minister secretary commander ambassador spokesperson"
    )
)
# Words that stand in so many names that they tell little.
_PLAIN: Final = frozenset(
    listed(
        "ministry department defense army navy air force national state general staff chief joint division brigade "
        "battalion regiment corps company unit office council committee commission agency command headquarter "
        "president head foreign affair interior security military infantry armored mechanized motorized rifle tank "
        "airborne marine artillery guard district region group center institute university international federal "
        "government republic people party bank service police board bureau directorate administration embassy "
        "mission meeting talk visit summit exercise conference statement report agreement january february march "
        "april may june july august september october november december fleet squadron ground naval strategic"
    )
)
_ORDINALS: Final = {
    word: str(place)
    for place, word in enumerate(
        listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"), start=1
    )
}
_ROMAN: Final = {
    "I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9", "X": "10",
    "XI": "11", "XII": "12", "XIII": "13", "XIV": "14", "XV": "15", "XVI": "16", "XVII": "17", "XVIII": "18",
}  # fmt: skip
_ROMAN_WORD: Final = re.compile(r"^(?:[IVX]+)\b|(?<=\s)(?:[IVX]{2,})(?=\s|$)")
_POSSESSIVE: Final = re.compile("(?<=[A-Za-z])['\u2019]s\\b")
_INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"0*(\d+)(?:st|nd|rd|th)?")
_SPELLINGS: Final = (
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|ing|ation|ations)$)"), "iz"),
    (re.compile(r"^(def|off|lic|pret)ence"), r"\1ense"),
    (re.compile(r"^(cent|theat|met|lit|fib)re"), r"\1er"),
    (re.compile(r"^(lab|arm|harb|neighb|col|fav|hon)our"), r"\1or"),
    (re.compile(r"^programme"), "program"),
    (re.compile(r"(?<=[a-z]{3})(?<!s)s$"), ""),
)
_ONE_SIDED: Final = 1.5  # the exponent for words that only one side has: "Seoul", "Seoul National Cemetery"
_BOTH_SIDED: Final = 2.0  # and for other words on both sides: "Security Council", "Security Agency"


@lru_cache(maxsize=32_768)
def read(text: str, *, ranks: bool = False) -> Wording:
    """Take a wording apart; with `ranks`, abbreviations are read as those of ranks first."""
    raw = _POSSESSIVE.sub("", text)
    romans = [_ROMAN[word] for word in _ROMAN_WORD.findall(raw) if word in _ROMAN]
    plain = latin(_ROMAN_WORD.sub(lambda found: "" if found[0] in _ROMAN else found[0], raw))[0]
    plain = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain.replace("&", " and "))
    said = _WORD.findall(plain)
    states = frozenset(_STATES[name] for name in _STATE.findall(" ".join(said)))
    rest = _STATE.sub(" ", " ".join(said)).split()
    left_out = []
    while len(rest) > 1 and rest[-1] in _LEGAL:
        left_out.append(rest.pop())
    while len(rest) > 1 and rest[0] in _LEGAL:
        left_out.append(rest.pop(0))
    words, numbers = [], romans
    for word in rest:
        expanded = (RANKS.get(word) if ranks else None) or _SHORT.get(word) or word
        for one in expanded.split():
            if one in _ORDINALS:
                numbers.append(_ORDINALS[one])
            elif any(map(str.isdigit, one)):
                numbers.append(_NUMBER.sub(r"\1", one))
            elif one not in _SMALL and one not in _EMPTY:
                words.append(_spelt(one))
    marks = frozenset(words) & _MARKS
    kept = tuple(word for word in words if word not in _MARKS)
    acronyms = _acronyms(said) | _acronyms(rest)
    single = said[0] if len(said) == 1 and said[0].isalpha() else ""
    return Wording(text, kept, states, tuple(sorted(numbers)), marks, acronyms, tuple(left_out), single)


def _spelt(word: str) -> str:
    for pattern, to in _SPELLINGS:
        word = pattern.sub(to, word)
    return word


def _acronyms(words: list[str]) -> frozenset[str]:
    if len(words) < 2:  # noqa: PLR2004 - an acronym stands for several words
        return frozenset()
    return frozenset({"".join(w[0] for w in words), "".join(w[0] for w in words if w not in _SMALL)})


def compare(one: Wording, other: Wording) -> Likeness:
    """Return how alike two wordings are."""
    if other < one:
        one, other = other, one
    if found := _acronym(one, other):
        return found
    factor, against = _kept_apart(one, other)
    if not factor:
        return Likeness(0.0, (), tuple(against))
    shared, lone, lonely = _agreeing(one.words, other.words)
    reasons = []
    if short := _shortened(
        lone, lonely, other.acronyms | one.acronyms, agree=bool(shared or one.states & other.states)
    ):
        reasons.append(f"`{short}` may be short for the rest of the other")
        shared += [(word, 0.9) for word in max(lone, lonely, key=len)]
        lone, lonely = [], []
    factor *= _share(shared, lone, lonely)
    if not (shared or one.states & other.states or one.numbers or one.marks):
        factor = 0.0
    if lone and lonely:
        against.append(f"{_quoted(lone)} on the one side, {_quoted(lonely)} on the other")
    elif lone or lonely:
        against.append(f"only one has {_quoted(lone or lonely)}")
    else:
        reasons.insert(
            0, "the same words" if one.words == other.words else "the same words, ordered or spelt differently"
        )
        factor *= 1.0 if one.words == other.words else 0.99
    if one.left_out != other.left_out:
        reasons.append(f"left out: {_quoted([*one.left_out, *other.left_out])}")
        factor *= 0.98
    telling = [(consonants(word), _bits(word)) for word, _ in shared]
    telling += [(f"@{state}", 4.0) for state in sorted(one.states & other.states)]
    telling += [(f"#{number}", 3.0) for number in sorted(set(one.numbers) & set(other.numbers))]
    if not against:
        # Two whole names that agree say more than their words: few things of a state have the same one.
        telling.append(("=", 5.0 if one.states else 2.0 if set(one.words) - _PLAIN else 0.0))
    return Likeness(factor, tuple(reasons), tuple(against), tuple(telling))


def _share(shared: list[tuple[str, float]], lone: list[str], lonely: list[str]) -> float:
    """Return how much of the words agrees, from 0 to 1."""
    agreeing = sum(_weight(word) * near for word, near in shared)
    most = sum(_weight(word) for word, _ in shared) + (sum(map(_weight, lone)) + sum(map(_weight, lonely))) / 2
    return (
        (agreeing / most) ** (_BOTH_SIDED if lone and lonely else _ONE_SIDED if lone or lonely else 1) if most else 1.0
    )


def wordings(one: str, other: str) -> Likeness:
    """Return how alike two wordings of one text value are, the abbreviations of ranks written out."""
    return compare(read(one, ranks=True), read(other, ranks=True))


def _kept_apart(one: Wording, other: Wording) -> tuple[float, list[str]]:
    """Return what is left, from 0 to 1, after numbers, states and marks that do not agree, and why."""
    factor, against = 1.0, []
    if one.numbers != other.numbers:
        factor = 0.0 if one.numbers and other.numbers else 0.6
        against.append(f"the numbers differ: {' '.join(one.numbers) or 'none'}, {' '.join(other.numbers) or 'none'}")
    if one.marks != other.marks:
        factor *= 0.4 if not (one.marks and other.marks) else 0.0
        against.append(f"only one is {_quoted(sorted(one.marks ^ other.marks))}")
    if one.states != other.states:
        if not (one.states and other.states):
            factor *= 0.75
            against.append("only one names a state")
        elif "korea" in one.states | other.states and one.states | other.states <= {"korea", "kr", "kp"}:
            factor *= 0.9 if "kr" in one.states | other.states else 0.75
            against.append("only one says which Korea")
        elif not one.states & other.states:
            return 0.0, [*against, "they name different states"]
        else:
            factor *= 0.7
            against.append("only one names a second state")
    return factor, against


def _acronym(one: Wording, other: Wording) -> Likeness | None:
    short, long = (one, other) if one.single else (other, one)
    if len(short.single) < 3 or long.single or short.single not in long.acronyms:  # noqa: PLR2004 - too many of two
        return None
    score = 0.82 if len(short.single) == 3 else 0.88  # noqa: PLR2004
    telling = ((f"/{short.single}", 4.0 * len(short.single)),)
    return Likeness(score, (f"`{short.text}` may be short for the other",), (), telling)


def _agreeing(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[tuple[str, float]], list[str], list[str]]:
    """Return the words that agree, in any order, and those that stand on one side only."""
    exact = Counter(one) & Counter(other)
    shared = [(word, 1.0) for word in exact.elements()]
    lone, lonely = list((Counter(one) - exact).elements()), list((Counter(other) - exact).elements())
    pairs = sorted(((alike(a, b), a, b) for a in lone for b in lonely if len(a) > 3 and len(b) > 3), reverse=True)  # noqa: PLR2004
    for near, a, b in pairs:
        if near >= SLIP and a in lone and b in lonely:
            shared.append((a, near))
            lone.remove(a)
            lonely.remove(b)
    order = {word: place for place, word in reversed(list(enumerate(other)))}
    return shared, sorted(lone, key=one.index), sorted(lonely, key=order.__getitem__)


def _shortened(lone: list[str], lonely: list[str], acronyms: frozenset[str], *, agree: bool) -> str:
    """Return the one word of the one side that is made of the initials of the other's, where the rest agrees."""
    for short, long in ((lone, lonely), (lonely, lone)):
        if len(short) == 1 and len(long) > 1 and agree and 2 <= len(short[0]) <= 7:  # noqa: PLR2004
            if short[0] == "".join(word[0] for word in long):
                return short[0]
            if short[0] in acronyms:
                return short[0]
    return ""


def _weight(word: str) -> float:
    return 0.6 if word in _PLAIN else 1.0


def _bits(word: str) -> float:
    return 2.0 if word in _PLAIN else min(11.0, 2 + 1.1 * len(word))


def _quoted(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def words(taken: Wording) -> set[str]:
    """Return the keys of a wording's words, as `Likeness.shared` has them, to count how often each occurs."""
    return {*map(consonants, taken.words), *(f"@{state}" for state in taken.states), *(f"#{n}" for n in taken.numbers)}


def keys(taken: Wording) -> set[str]:
    """Return the keys by which wordings that are alike find each other: nearly all that are share one."""
    telling = sorted({sound(word) for word in taken.words})
    found = {"=" + "+".join([*telling, *taken.numbers, *sorted(taken.states)])} | {
        f"/{acronym}" for acronym in taken.acronyms
    }
    found.update("+".join(pair) for pair in combinations(telling[:8], 2))
    found.update(f"{number}+{word}" for number in taken.numbers for word in telling[:8])
    found.update(telling)
    if taken.single:
        found.add(f"/{taken.single}")
    if not telling:
        found.update(f"@{state}" for state in taken.states)
    return found
