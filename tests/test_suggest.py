"""What may be one is proposed with its reasons; frequent names alone are not, and nobody is matched."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from whence import segments, suggest
from whence.drafts import Draft
from whence.exchange import vocabulary_file
from whence.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTOR = "Jo Park <jo@example.org>"
TALKS = "NATO\u2013Republic of Korea military staff talks, February 2023"
EVENTS = Path(__file__).resolve().parents[1] / "events"

# Two entities a line, each with its facts: `=` where they are one, `≠` where they are two. All stand in one store,
# so that every other pair of them is a pair of two as well. `talks` and `pact` are others that name them;
# `in desk` says which source tells it, else each entity has a source of its own.
LABELLED = """
person: Kim Su-kwang; rank Major General; talks-1 led_by = Su-Kwang Kim; rank Major General; talks-1 host
person: Kim Yong Chol; nationality dprk; rank General; pact signed_by = Kim Young-chul; nationality dprk; pact signed_by
person: Choe Son-hui; post fm-dprk; nationality dprk = Choi Sun-hui; post fm-dprk; nationality dprk
person: Park Jeong-hwan; post chief-of-staff-roka; rank General = Gen. Pak Chong-hwan; post chief-of-staff-roka
person: Shin Won-sik; identifier rok-id 77-1 = Sin Wonsik; identifier rok-id 77-1
person: Cho Tae-yul; born 1955-11-10; nationality rok = Jo Tae-yeol; born 1955-11-10
person: Xi Jinping; nationality china; talks-2 participant = Hsi Chin-p'ing; nationality china; talks-2 participant
person: Li Shangfu; member_of cmc; rank General = LI Shang-fu; member_of cmc; nationality china
person: Valery Gerasimov; rank General = General of the Army Valeriy Vasilyevich Gerasimov
person: Sergei Shoigu; nationality russia = Sergey Kuzhugetovich Shoygu
person: Oleksandr Syrskyi; nationality ukraine; rank Colonel General = Aleksandr Syrsky; nationality ukraine
person: Jens Stoltenberg; talks-3 participant = J. Stoltenberg; talks-3 participant
person: Francesco Diella; rank Lieutenant General = LTG DIELLA, Francesco; rank Lt. Gen.
person: Christopher Cavoli = Gen. Christopher G. Cavoli
person: Abdel Fattah el-Sisi; nationality egypt = Abd al-Fattah Al Sisi
person: Yahya Sinwar; member_of hamas = Yahia al-Sinouar; member_of hamas
person: Recep Tayyip Erdoğan = Recep Erdogan; post president-turkiye
person: Ursula von der Leyen = Dr. Ursula Von Der Leyen
person: John Smith; identifier passport 5512 = Jack Smithers; identifier passport 5512
organization: Ministry of Defence of Ukraine = Ukrainian Ministry of Defense
organization: Republic of Korea Joint Chiefs of Staff; part_of rok = JCS; part_of rok; talks-1 participant
organization: Islamic Revolutionary Guard Corps = IRGC; part_of iran
organization: Almaz-Antey OAO; headquarters moscow = Almaz Antey
organization: Ministry of Foreign Affairs; part_of japan; founded 1869 = Foreign Ministry; part_of japan; founded 1869
unit: 72nd Mechanised Brigade; part_of ukraine = 72 Mechanized Bde; part_of ukraine
equipment: Chong Chon Gang; identifier imo 7937317 = Tong Hung San; identifier imo 7937317
person: Kim Yong-chol ≠ Kim Yong-chol
person: Kim Yong Chol; nationality rok; post dean ≠ Kim Yong Chol; nationality dprk; post envoy
person: Lee Sang-min; rank Colonel ≠ Lee Sang-min; rank Colonel
person: Lee Jong-ho; born 1966-03-01 ≠ Lee Jong-ho; born 1971-08-15
person: Zhang Wei ≠ Zhang Wei; nationality china
person: Wang Yi; rank Captain; talks-4 participant; in desk ≠ Wang Yi; rank Captain; talks-4 participant; in desk
person: John Brown ≠ John Brown; rank Sergeant
person: Ivan Petrov; nationality russia ≠ Ivan Petrov; nationality bulgaria
person: Mohammed Ali ≠ Muhammad Ali
person: Abdul Rahman ≠ Abdulrahman
person: George Bush; born 1924-06-12; nationality usa ≠ George Bush; born 1946-07-06; nationality usa
person: Martin Luther King Jr. ≠ Martin Luther King Sr.
person: Uday Hussein; talks-5 participant; nationality iraq ≠ Qusay Hussein; talks-5 participant; nationality iraq
person: Nikolai Patrushev; nationality russia; member_of fsb ≠ Dmitri Patrushev; nationality russia; member_of fsb
person: Kim Jong-un; nationality dprk; post chairman ≠ Kim Jong-il; nationality dprk; post chairman
person: Ri Yong-gil; rank Vice Marshal; pact-2 signed_by ≠ Ri Yong-ho; rank Vice Marshal; pact-2 signed_by
person: Hassan Nasrallah; member_of hezbollah ≠ Hussein Nasrallah; member_of hezbollah
person: Gerhard Waldstetter; identifier rank-no 12-1 ≠ Gerhard Waldstetter; identifier rank-no 12-2
person: Park Min-ho; talks-6 led_by; rank Colonel; in desk ≠ Park Min-ho; talks-6 participant; rank Major; in desk
person: Charles Q. Haverford ≠ Charles A. Haverford
organization: Ministry of Defence; part_of ukraine-2 ≠ Ministry of Defence; part_of japan-2
organization: Ministry of Defense, Republic of Korea ≠ Ministry of Defence of Poland
organization: North Korean Army; talks-5 participant ≠ South Korean Army; talks-5 participant
organization: State Bank; headquarters minsk ≠ State Bank; headquarters baku
organization: Cooperative Security Division; part_of nato ≠ Defence Planning Division; part_of nato
unit: 5th Brigade; part_of korea-corps ≠ 6th Brigade; part_of korea-corps
unit: 1st Infantry Division; part_of usa-army ≠ First Infantry Division; part_of rok-army
unit: 2nd Battalion; headquarters minsk ≠ 2nd Battalion
place: Springfield; located_in ohio ≠ Springfield; located_in illinois
post: Deputy Minister of Defence; organization mod-x ≠ Minister of Defence; organization mod-x
equipment: Ocean Star; identifier imo 9111111 ≠ Ocean Star; identifier imo 9222222
engagement: Staff talks 2023; location seoul ≠ Staff talks 2024; location seoul
engagement: Joint exercise; date 2023-03-01 ≠ Joint exercise; date 2023-09-12
"""
# Measured once, when the weights stood: 15 of 16 found, none wrong.
KEPT_ASIDE = """
person: Hwang Pyong-so; rank Vice Marshal; talks-1 participant = Hwang Byeong-seo; rank Vice Marshal; talks-1 led_by
person: Suh Wook; post mnd-rok; nationality rok = Seo Uk; post mnd-rok
person: Nikolai Yevmenov; rank Admiral; member_of russian-navy = Adm. Nikolay Evmenov; member_of russian-navy
person: Wei Fenghe; nationality china; post mnd-china = WEI Feng-he; post mnd-china
person: Hossein Salami; member_of irgc; rank Major General = Maj. Gen. Husayn Salami; member_of irgc
person: Andrei Belousov; nationality russia = Andrey Removich Belousov; nationality russia
person: Annalena Baerbock = Minister Annalena Baerbock
person: Dmytro Kuleba; nationality ukraine; post fm-ukraine = Dmitry Kuleba; post fm-ukraine
person: Antonis Samaras = Αντώνης Σαμαράς
person: Frank Whitworth; rank Vice Admiral = VADM Frank D. Whitworth
person: Ri Pyong-chol; born 1948; talks-2 participant = Lee Byung-chul; born 1948; talks-2 participant
organization: United States Forces Korea; headquarters pyeongtaek = USFK; headquarters pyeongtaek
organization: UK Ministry of Defence = Ministry of Defence of the United Kingdom
organization: Korea Aerospace Industries, Ltd. = Korea Aerospace Industries
unit: XVIII Airborne Corps; part_of us-army = 18th Airborne Corps; part_of us-army
post: US Army Chief of Staff; organization us-army = Chief of Staff of the US Army; organization us-army
person: Lee Ji-eun ≠ Lee Ji-eun
person: Chen Wei; nationality china; rank Major ≠ Chen Wei; nationality china; rank Colonel
person: Park Ji-won; born 1942-06-05 ≠ Park Ji-won; born 1988
person: Ahmed Hassan; member_of egyptian-army ≠ Ahmed Hassan; nationality sudan
person: Khalid bin Salman; nationality saudi; post mod-saudi ≠ Mohammed bin Salman; nationality saudi; post pm-saudi
person: Ali Khamenei; nationality iran ≠ Mojtaba Khamenei; nationality iran
person: David Jones; rank Captain; in desk-2 ≠ David Jones; rank Sergeant; in desk-2
person: Donald Trump ≠ Donald Trump Jr.; talks-3 participant
person: Choi Yong-il; talks-4 participant; in desk-3 ≠ Choi Yong-il; talks-4 host; in desk-3
person: Maria Ivanova; nationality bulgaria ≠ Mario Ivanov; nationality bulgaria
organization: General Staff of Ukraine ≠ General Staff of Belarus
organization: Joint Staff; part_of japan-sdf ≠ Joint Staff; part_of us-dod
organization: Border Guard; part_of estonia ≠ Border Guard; part_of latvia
unit: 3rd Battalion; part_of brigade-a ≠ 3rd Battalion; part_of brigade-b
unit: 25th Infantry Division ≠ 26th Infantry Division
post: Under Secretary of Defense; organization us-dod-2 ≠ Secretary of Defense; organization us-dod-2
place: Camp Casey; located_in dongducheon ≠ Camp Bonifas; located_in dongducheon
equipment: Sea Star; identifier imo 9333333 ≠ Sea Star; identifier imo 9444444
engagement: Freedom Shield 2023; location rok-2 ≠ Freedom Shield 2024; location rok-2
document: Joint statement; date 2021-05-21 ≠ Joint statement; date 2023-04-26
"""
OTHERS = {"post": "post", "headquarters": "place", "located_in": "place", "location": "place"}
HOSTED = ("talks", "pact")


def new_store(path: Path) -> Store:
    """Return a store with the built-in vocabulary, and `born`, which a desk adds for itself."""
    store = Store.create(path)
    born = {"name": "born", "label": "born", "description": "The day of birth.", "of": ["person"], "value": "date"}
    store.record([*vocabulary_file.builtin(), Draft("property.defined", born)], actor=ACTOR)
    publisher = Draft("entity.declared", {"entity": "desk", "type": "organization", "name": "Zyx Desk of Qwv"})
    store.record([publisher], actor=ACTOR)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "whence.db") as made:
        yield made


class World:
    """Entities and claims to record, each entity's from a source of its own."""

    def __init__(self) -> None:
        self.declared: dict[str, Draft] = {}
        self.sources: dict[str, Draft] = {}
        self.claims: list[Draft] = []

    def declare(self, entity: str, type: str, name: str) -> None:
        self.declared.setdefault(entity, Draft("entity.declared", {"entity": entity, "type": type, "name": name}))

    def add(self, entity: str, type: str, text: str) -> str:
        """Declare an entity from `name; property value; host property; in source`, and return its name."""
        name, *facts = (part.strip() for part in text.split(";"))
        self.declare(entity, type, name)
        told = [fact.removeprefix("in ") for fact in facts if fact.startswith("in ")]
        source = told[0] if told else f"source-{entity}"
        registered = {"kind": "article", "title": f"On {source}", "publisher": "desk", "published": "2023-02-14"}
        self.sources.setdefault(source, Draft("source.registered", registered, source=source))
        for fact in facts:
            first, _, rest = fact.partition(" ")
            if first == "in":
                continue
            if first.startswith(HOSTED):
                self.declare(first, "engagement" if first.startswith("talks") else "document", f"The {first} affair")
                data = {"subject": first, "property": rest, "value": entity}
            else:
                data = {"subject": entity, "property": first, "value": rest}
                if first not in {"rank", "identifier", "born", "founded", "date", "alias", "kind"}:
                    self.declare(
                        rest,
                        OTHERS.get(first, "organization"),
                        f"Q{len(self.declared)}x {rest[::-1].replace('-', '')}",
                    )
            self.claims.append(Draft("claim.made", data, source=source))
        return name

    def record(self, store: Store) -> None:
        store.record([*self.declared.values(), *self.sources.values(), *self.claims], actor=ACTOR)


def record(store: Store, *texts: str, type: str = "person") -> list[str]:
    """Record entities `e1`, `e2` … of one type, and return their ids."""
    world = World()
    ids = [f"e{place}" for place, _ in enumerate(texts, start=1)]
    for entity, text in zip(ids, texts, strict=True):
        world.add(entity, type, text)
    world.record(store)
    return ids


def record_labelled(store: Store, lines: list[str]) -> set[frozenset[str]]:
    """Record the labelled pairs, and return those that are one."""
    world, same = World(), set()
    for place, line in enumerate(lines):
        kind, _, rest = line.partition(": ")
        sign = " = " if " = " in rest else " ≠ "
        for side, text in zip("ab", rest.split(sign), strict=True):
            world.add(f"{side}{place}", kind, text)
        if sign == " = ":
            same.add(frozenset((f"a{place}", f"b{place}")))
    world.record(store)
    return same


@pytest.mark.parametrize("labelled", [LABELLED, KEPT_ASIDE], ids=["set by", "kept aside"])
def test_the_labelled_pairs_are_told_apart(store: Store, labelled: str) -> None:
    same = record_labelled(store, labelled.strip().splitlines())
    proposed = {frozenset((pair.one, pair.other)) for pair in suggest.entities(store.connection)}
    assert len(proposed & same) >= 0.95 * len(proposed), sorted(map(sorted, proposed - same))
    assert len(proposed & same) >= 0.9 * len(same), sorted(map(sorted, same - proposed))


def test_the_two_name_orders_of_the_worked_example_come_first_with_their_reasons(tmp_path: Path) -> None:
    with Store.create(tmp_path / "worked.db") as store:
        # As it stood before anybody ruled on it, which is its third segment.
        segments.load(store, sorted(EVENTS.glob("*.jsonl"))[:2], actor=ACTOR)
        pair, *others = suggest.entities(store.connection, minimum=0.1)
    assert (pair.one, pair.other) == ("su-kwang-kim", "kim-su-kwang")
    assert pair.score > 0.9
    assert pair.reasons_for == (
        "the same name, beginning with another part",
        "both have the rank Major General",
        f"two sources name them in {TALKS} (host, led by, participant)",
    )
    assert pair.reasons_against == ()
    assert others == []


def test_two_bearers_of_a_frequent_name_are_not_proposed(store: Store) -> None:
    record(store, "Kim Yong Chol", "Kim Yong Chol; rank General")
    assert suggest.entities(store.connection) == []


def test_what_speaks_against_a_pair_is_said_beside_what_speaks_for_it(store: Store) -> None:
    record(store, "Kim Yong Chol; nationality rok", "Kim Yong Chol; nationality dprk")
    (pair,) = suggest.entities(store.connection, minimum=0)
    assert pair.score < 0.05
    assert pair.reasons_for == ("the same name",)
    assert any(why.startswith("nationality: ") for why in pair.reasons_against)


def test_one_source_that_names_both_side_by_side_speaks_against_them(store: Store) -> None:
    told = "Park Min-ho; talks-1 participant; in evening", "Min-ho Park; talks-1 host; in evening"
    record(store, *told)
    (pair,) = suggest.entities(store.connection, minimum=0)
    assert "evening names both side by side in The talks-1 affair" in pair.reasons_against
    assert pair.score < 0.05


def test_an_alias_that_is_the_others_name_is_a_reason(store: Store) -> None:
    record(store, "Hezbollah; alias Party of God Brigades", "Party of God Brigades", type="organization")
    (pair,) = suggest.entities(store.connection)
    assert (pair.one, pair.other) == ("e1", "e2")


def test_entities_of_different_types_are_never_proposed(store: Store) -> None:
    world = World()
    world.add("a", "organization", "Gerhard Waldstetter")
    world.add("b", "person", "Gerhard Waldstetter")
    world.record(store)
    assert suggest.entities(store.connection, minimum=0) == []


def test_what_is_decided_is_not_proposed_again(store: Store) -> None:
    record(store, "Jens Stoltenberg", "STOLTENBERG, Jens", "Jens Stoltenberg")
    assert len(suggest.entities(store.connection)) == 3
    decided = {frozenset(("e1", "e2")), frozenset(("e2", "e3"))}
    assert [(pair.one, pair.other) for pair in suggest.entities(store.connection, decided=decided)] == [("e1", "e3")]


def test_matched_entities_are_one_and_distinguished_ones_stay_two(store: Store) -> None:
    names = "Jens Stoltenberg", "STOLTENBERG, Jens", "Jens Stoltenberg", "Mr Jens Stoltenberg"
    record(store, *names)
    ruled = {"entities.matched": ["e1", "e2"], "entities.distinguished": ["e2", "e3"]}
    store.record(
        [Draft(what, {"entities": pair, "reason": "As both say."}) for what, pair in ruled.items()], actor=ACTOR
    )
    found = suggest.entities(store.connection)
    assert {(pair.one, pair.other) for pair in found} == {("e1", "e4"), ("e3", "e4")}
    assert [(p.one, p.other) for p in suggest.entities(store.connection, decided={frozenset(("e2", "e4"))})] == [
        ("e3", "e4")
    ]


def test_the_type_and_the_limit_narrow_what_is_proposed(store: Store) -> None:
    record(store, "Jens Stoltenberg", "STOLTENBERG, Jens", "Jens Stoltenberg")
    assert len(suggest.entities(store.connection, type="person", limit=2)) == 2
    assert suggest.entities(store.connection, type="organization") == []


def test_the_one_declared_first_stands_first(store: Store) -> None:
    world = World()
    world.add("z", "person", "Jens Stoltenberg")
    world.add("a", "person", "Jens Stoltenberg")
    world.record(store)
    (pair,) = suggest.entities(store.connection)
    assert (pair.one, pair.other) == ("z", "a")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Lt. Gen.", "Lieutenant General", True),
        ("Maj Gen", "Major General", True),
        ("MG", "Major General", True),
        ("Gen. (ret.)", "General, retired", True),
        ("1st Lieutenant", "First Lieutenant", True),
        ("Wg Cdr", "Wing Commander", True),
        ("Major", "Major General", False),
        ("Lieutenant General", "Major General", False),
        ("General", "Retired General", False),
        ("Second Lieutenant", "First Lieutenant", False),
        ("Colonel", "Lieutenant Colonel", False),
    ],
)
def test_two_wordings_of_a_contested_rank_are_proposed_where_they_say_the_same(
    store: Store, one: str, other: str, *, alike: bool
) -> None:
    record(store, f"Kim Su-kwang; rank {one}; rank {other}")
    found = suggest.values(store.connection, property="rank")
    assert [(pair.property, {pair.one, pair.other}, pair.entity) for pair in found] == (
        [("rank", {one, other}, "e1")] if alike else []
    )


def test_two_wordings_that_several_entities_have_are_proposed_once_for_all(store: Store) -> None:
    record(store, "Kim Su-kwang; rank Lt. Gen.; rank Lieutenant General", "Jens Oe; rank lt gen; rank Lt. Gen.")
    record_more = World()
    record_more.add("e3", "person", "Ann Roe; rank Lieutenant General; rank Lt. Gen.")
    record_more.record(store)
    pairs = {frozenset((pair.one, pair.other)): pair.entity for pair in suggest.values(store.connection)}
    assert pairs[frozenset(("Lt. Gen.", "Lieutenant General"))] is None
    assert pairs[frozenset(("lt gen", "Lt. Gen."))] == "e2"


def test_wordings_of_a_property_that_is_not_asked_for_are_left_out(store: Store) -> None:
    record(store, "Kim Su-kwang; rank Lt. Gen.; rank Lieutenant General")
    assert suggest.values(store.connection, property="kind") == []


FAMILIES = "Kim Lee Park Choi Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Song"
SYLLABLES = "su kwang jeong hwan yong chol ho min jae hyun sung woo dong hee jin"
GIVEN = "Ivan Sergei James John Anna Maria Jens Ahmed Hassan Pierre Hans Erik Olga"
ENDINGS = ("son", "ov", "enko", "berg", "ini", "")


def some_name(random: Random) -> str:
    if random.random() < 0.3:
        return f"{random.choice(FAMILIES.split())} {'-'.join(random.sample(SYLLABLES.split(), 2)).capitalize()}"
    syllables = (random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(random.randint(2, 4)))
    return f"{random.choice(GIVEN.split())} {''.join(syllables).capitalize()}{random.choice(ENDINGS)}"


def test_10_000_entities_are_compared_in_under_a_minute(store: Store) -> None:
    random = Random(1)  # noqa: S311 - names to compare, no secrets
    world = World()
    for place in range(10_000):
        world.declare(f"p{place}", "person", some_name(random))
    world.record(store)
    begun = time.process_time()
    found = suggest.entities(store.connection)
    assert time.process_time() - begun < 60
    assert len(found) < 10_000
