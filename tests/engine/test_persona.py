"""Does a title tell department, seniority and buying role, in any language, and does a field beat it?"""

import pytest
from pydantic import ValidationError

from connector.engine.persona import Description, Persona, Personas, plain, read_personas, role_word
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings


@pytest.fixture(scope="module")
def personas() -> Personas:
    return read_mappings(shipped_mappings(), "default").personas


def read(personas: Personas, title: str | None = None, **told: str) -> Persona:
    (persona,) = read_personas([Description(title, **told)], personas)
    return persona


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("CEO", "c_level", "Management"),
        ("C.E.O.", "c_level", "Management"),
        ("Chief Information Security Officer", "c_level", "Security"),
        ("President", "c_level", "Management"),
        ("Vice President", "vp", "Management"),
        ("Senior Vice-President, Sales", "vp", "Sales"),
        ("VP, Office of the CEO", "vp", "Management"),
        ("Assistant to the CEO", "individual", "Management"),
        ("Executive Assistant to the CFO", "individual", "Finance"),
        ("Assistant Vice President", "vp", "Management"),
        ("Assistentin der Geschäftsführung", "individual", "Management"),
        ("Director of IT", "director", "IT"),
        ("Managing Director", "c_level", "Management"),
        ("HR Business Partner", "individual", "HR"),
        ("Account Executive", "individual", "Sales"),
        ("Product Owner", "individual", "Product"),
        ("Owner", "c_level", "Management"),
        ("Team Lead, Data", "manager", "Data"),
        ("IT-Leiter", "director", "IT"),
        ("Leiter/in Einkauf", "director", "Procurement"),
        ("Geschäftsführer:in", "c_level", "Management"),
        ("GESCHAEFTSFUEHRER", "c_level", "Management"),
        ("Hauptabteilungsleiter IT", "vp", "IT"),
        ("Teamleiter*in Vertrieb", "manager", "Sales"),
        ("Directrice financière", "director", "Finance"),
        ("PDG", "c_level", "Management"),
        ("Chargée de marketing", "individual", "Marketing"),
        ("Consejera delegada", "c_level", "Management"),
        ("Jefa de marketing", "manager", "Marketing"),
        ("Amministratore Delegato", "c_level", "Management"),
        ("Hoofd Inkoop", "director", "Procurement"),
        ("Wizard of Light Bulb Moments", "unknown", "unknown"),
        ("", "unknown", "unknown"),
    ],
)
def test_a_title_tells_who_somebody_is(personas: Personas, title: str, seniority: str, department: str) -> None:
    persona = read(personas, title)

    assert (persona.seniority, persona.department) == (seniority, department)


def test_the_rule_that_said_so_is_named(personas: Personas) -> None:
    persona = read(personas, "VP Sales", department="Revenue Operations")

    assert persona.rule == "department: field, seniority: vice president, buying role: none"


@pytest.mark.parametrize(
    ("field", "seniority"), [("C-Level", "c_level"), ("vp", "vp"), ("Director level", "director"), ("???", "manager")]
)
def test_a_field_for_seniority_beats_the_title_where_it_can_be_read(
    personas: Personas, field: str, seniority: str
) -> None:
    assert read(personas, "IT Manager", seniority=field).seniority == seniority


def test_a_department_of_their_own_keeps_its_name(personas: Personas) -> None:
    assert read(personas, "IT Manager", department=" Wizardry Guild ").department == "Wizardry Guild"
    assert read(personas, "IT Manager", department="Einkauf DACH").department == "Procurement"


def test_a_buying_role_is_spelled_as_the_rules_spell_it(personas: Personas) -> None:
    assert read(personas, "CFO", buying_role="Economic Decision-Maker").buying_role == "economic_decision_maker"
    assert read(personas, "CFO").buying_role == "economic_buyer"
    assert role_word("Decision Maker") == "decision_maker"


def test_a_title_half_known_is_listed_as_unmapped(personas: Personas) -> None:
    assert read(personas, "Director of First Impressions").is_unmapped
    assert not read(personas, None).is_unmapped
    assert not read(personas, "CEO").is_unmapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  Größe & Co.\tKG ", "grosse & co kg"), ("Élève", "eleve"), (None, ""), ("R&D / C++", "r&d c++"), ("！？", "")],
)
def test_text_is_made_plain(text: str | None, expected: str) -> None:
    assert plain(text) == expected


def test_a_word_that_can_never_be_reached_is_a_fault() -> None:
    rules = [
        {"rule": "one", "seniority": "vp", "words": ["VP"]},
        {"rule": "two", "seniority": "manager", "words": ["boss", "vp"]},
    ]

    with pytest.raises(ValidationError, match="'vp' of two stands in one too"):
        Personas.model_validate({"seniorities": rules})


def test_an_ideal_cell_of_an_unknown_department_is_a_fault() -> None:
    with pytest.raises(ValidationError, match="no rule gives: Wizardry"):
        Personas.model_validate({"ideal": [{"department": "Wizardry", "seniority": "vp"}]})


def test_a_star_is_any_letters_or_up_to_three_words() -> None:
    rules = [{"rule": "any", "seniority": "vp", "words": ["chief * officer", "vertriebs*", "*leiter"]}]
    personas = Personas.model_validate({"seniorities": rules})

    known = [read(personas, title).seniority == "vp" for title in (
        "Chief Officer", "Chief Data Officer", "Chief Data and AI Officer", "Chief of all the other things Officer",
        "Vertriebsprofi", "Bauleiter", "Leiterin",
    )]  # fmt: skip

    assert known == [False, True, True, False, True, True, False]
