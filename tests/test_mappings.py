"""Are the YAML files read as data, and is every fault told with its file, its line and its key?"""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import ConfigError
from connector.mappings import Mappings, profile_names, read_mappings, read_rules, read_yaml

SHIPPED = Path(__file__).parents[1] / "mappings"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "mappings"))


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old` by `new`; the line it stands on."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path, profile: str = "default") -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        read_mappings(folder, profile)
    return caught.value.problems


@pytest.mark.parametrize("profile", ["default", "published"])
def test_the_shipped_mappings_are_good(profile: str) -> None:
    mappings = read_mappings(SHIPPED, profile)

    assert isinstance(mappings, Mappings)
    assert mappings.rules.kinds["email_open"].minutes == (1 if profile == "published" else 0)


def test_a_profile_is_laid_over_the_default_key_by_key() -> None:
    default, published = read_rules(SHIPPED, "default"), read_rules(SHIPPED, "published")

    assert published.decay.repeat_factor == 1.0
    assert published.decay.half_life_days == default.decay.half_life_days == 14
    assert published.kinds["email_open"].channel == "email"
    assert profile_names(SHIPPED) == ["default", "published"]


def test_a_wrong_number_is_told_with_its_line(folder: Path) -> None:
    line = edit(folder / "scoring.yaml", "half_life_days: 14", "half_life_days: -3")

    assert faults(folder) == (f"scoring.yaml:{line}: decay.half_life_days is -3; must be greater than 0",)


def test_a_wrong_number_in_another_profile_is_told_where_it_stands(folder: Path) -> None:
    line = edit(folder / "scoring.yaml", "repeat_factor: 1.0", "repeat_factor: 2.0")

    assert faults(folder, "published") == (
        f"scoring.yaml:{line}: decay.repeat_factor is 2.0; must be less than or equal to 1",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("half_life_days: 14", "half_live_days: 14", "decay.half_live_days is not a key; did you mean half_life_days?"),
        ("director: 1.3", "directer: 1.3", "roles.seniority.directer is not a key; did you mean director?"),
        ("    mqa:\n", "    mga:\n", "mga is not a key; did you mean mqa?"),
        ("timed: true", "tmied: true", "kinds.meeting.tmied is not a key; did you mean timed?"),
    ],
)
def test_a_misspelt_key_is_answered_with_the_right_one(old: str, new: str, told: str, folder: Path) -> None:
    line = edit(folder / "scoring.yaml", old, new)

    assert faults(folder)[0] == f"scoring.yaml:{line}: {told}"


def test_faults_of_all_files_are_told_at_once_in_the_order_of_the_lines(folder: Path) -> None:
    hot = edit(folder / "scoring.yaml", "hot: 70", "hot: warm")
    half = edit(folder / "scoring.yaml", "half_life_days: 14", "half_life_days: soon")
    stream = edit(folder / "salesforce.yaml", "  contact:\n", "  contakt:\n")

    told = faults(folder)

    assert [fault.split(": ")[0] for fault in told] == [
        f"scoring.yaml:{half}",
        f"scoring.yaml:{hot}",
        f"salesforce.yaml:{stream}",
    ]
    assert "decay.half_life_days is soon; must be a valid number" in told[0]


def test_a_column_that_is_needed_and_left_empty_is_told_with_its_line(folder: Path) -> None:
    line = edit(folder / "salesforce.yaml", "      account_id: AccountId\n", "      account_id: null\n")

    (told,) = faults(folder)

    assert told.startswith(f"salesforce.yaml:{line}: read.contact.fields.account_id")


def test_bands_that_do_not_fall_are_told(folder: Path) -> None:
    edit(folder / "scoring.yaml", "warm: 40", "warm: 90")

    (told,) = faults(folder)

    assert "bands must fall: hot 70, warm 90, cool 10" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x [1]\nb: 2\n", ["y.yaml:1: &x is an anchor"]),
        ("a: &x [1]\nb: *x\n", ["y.yaml:1: &x is an anchor"]),
        ("a: &x [*x]\n", ["y.yaml:1: &x is an anchor"]),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", ["y.yaml:2: tag:yaml.org,2002:python"]),
        ("a: !include b.yaml\n", ["y.yaml:1: !include is a tag"]),
        ("a: 1\na: 2\n", ["y.yaml:2: not valid YAML: found duplicate key"]),
        ("a: [1\nb: 2\n", ["y.yaml:2: not valid YAML"]),
        ("a:\n\t- b\n", ["y.yaml:2: not valid YAML"]),
        ("a: 1\n---\nb: 2\n", ["y.yaml:2: not valid YAML"]),
        ("- a\n- b\n", ["y.yaml:1: must be keys and values"]),
        ("", ["y.yaml:1: must be keys and values"]),
        ("a: " + "[" * 30 + "]" * 30, ["y.yaml:1: nested deeper"]),
        ("a: " + "[" * 9999, ["y.yaml:1: nested deeper"]),
        ("a: \x00", ["y.yaml: not valid YAML"]),
    ],
)
def test_yaml_that_is_more_or_less_than_data_is_refused(text: str, told: list[str], tmp_path: Path) -> None:
    """Promise S5"""
    path = tmp_path / "y.yaml"
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        read_yaml(path)

    assert len(caught.value.problems) == len(told)
    assert all(problem.startswith(start) for problem, start in zip(caught.value.problems, told, strict=True))


def test_a_variable_in_the_yaml_stays_text(tmp_path: Path) -> None:
    """Promise S5"""
    path = tmp_path / "y.yaml"
    path.write_text("a: ${HOME}\n")

    assert read_yaml(path).root["a"] == "${HOME}"


def test_a_missing_a_binary_and_a_huge_file_are_told(folder: Path) -> None:
    (folder / "scoring.yaml").unlink()
    (folder / "salesforce.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "personas.yaml").write_text("#" * 1_000_001)

    told = faults(folder)

    assert [word in line for word, line in zip(["not found", "UTF-8", "larger"], told, strict=True)] == [True] * 3


def test_an_unknown_profile_is_told_with_those_there_are(folder: Path) -> None:
    (told,) = faults(folder, "publisched")

    assert told.endswith("there is no profile 'publisched'; CONNECTOR_PROFILE may be default, published")


def test_a_comment_changes_nothing_and_a_number_changes_the_digest(folder: Path) -> None:
    before = read_mappings(folder, "default").digest

    edit(folder / "scoring.yaml", "half_life_days: 14", "# our sales cycle is long\n      half_life_days: 14.0")
    commented = read_mappings(folder, "default").digest
    edit(folder / "scoring.yaml", "half_life_days: 14.0", "half_life_days: 21")

    assert commented == before
    assert read_mappings(folder, "default").digest != before


@given(st.text(max_size=200))
def test_no_text_whatever_makes_the_reader_stumble(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Promise S5"""
    path = tmp_path_factory.mktemp("fuzz") / "y.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with suppress(ConfigError):
        assert read_yaml(path).name == "y.yaml"


@pytest.mark.parametrize("separator", [",", ";"])
def test_locks_are_read_with_long_ids_and_lines_without_an_account_lock_nobody(folder: Path, separator: str) -> None:
    lines = ("\ufeffperson_id,title,lock_account_id", "00QWd0000000001,CEO,001Wd0000000005IAA", "00QWd0000000002IAA,,")
    (folder / "locks.csv").write_text("\n".join(lines).replace(",", separator))

    assert read_rules(folder, "published").match.locks == {"00QWd0000000001MAA": "001Wd0000000005IAA"}
    assert read_mappings(folder, "default").digest != read_mappings(SHIPPED, "default").digest


def test_a_lock_that_cannot_be_meant_so_is_told_with_its_line(folder: Path) -> None:
    lines = ("person_id,lock_account_id", "jane@acme.example,001A", ",001A", "00Q1,001A", "00Q1,001B", "00Q2,Acme Inc")
    (folder / "locks.csv").write_text("\n".join(lines))

    assert faults(folder) == (
        "locks.csv:2: person_id is no id; write the ids of the CRM",
        "locks.csv:3: person_id is no id; write the ids of the CRM",
        "locks.csv:5: 00Q1 was locked to 001A above; leave one of the two lines",
        "locks.csv:6: lock_account_id is no id; write the ids of the CRM",
    )


def test_a_file_of_locks_without_its_columns_says_where_they_come_from(folder: Path) -> None:
    (folder / "locks.csv").write_text("person_id,account\n")

    assert faults(folder) == (
        "locks.csv:1: there is no column lock_account_id; connector match report --csv FILE writes it",
    )


def test_a_filter_in_soql_is_refused_for_hubspot(tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    shutil.copytree(SHIPPED, folder)
    head, companies, rest = (folder / "hubspot.yaml").read_text().partition("    object: companies\n")
    (folder / "hubspot.yaml").write_text(f"{head}{companies}    where: a = 1\n{rest}")

    with pytest.raises(ConfigError) as caught:
        read_mappings(folder, "default", ("hubspot",))

    line = head.count("\n") + 2
    assert caught.value.problems == (
        f"hubspot.yaml:{line}: read.company.where: is not for HubSpot; map a checkbox as excluded instead",
    )
