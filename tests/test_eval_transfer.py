"""Laws of the transfer measure: dates and times count together, spelling and script do not, what is unmapped is none, no text is kept."""

from pathlib import Path

import msgspec
import pytest

from eval.transfer import Command, figures, folded, inputs, read_commands, score, transfer
from hinglish.errors import KhichdiError
from schemas.prediction import Prediction, write_predictions

# Written for this test in the form of their file.
HEAD = "id\tintent\tquery\tslots_json\n"
LINES = (
    'v-0\tCREATE_REMINDER\tmujhe kal subah 9 baje doodh lene ka reminder do\t[{"slot": "DATE_TIME", "text": "kal subah 9 baje", "start": 1, "depth": 0},'
    ' {"slot": "TODO", "text": "doodh lene ka", "start": 5, "depth": 0}, {"slot": "DATE_TIME", "text": "9", "start": 3, "depth": 1}]\n'
    'v-1\tGET_EVENT\tis weekend kya hai\t[{"slot": "DATE_TIME", "text": "is weekend", "start": 0, "depth": 0}]\n'
)
REMINDER = '{"intent":"set_reminder","task":"दूध लेने","date":"कल","time":"सुबह 9 बजे"}'
NONE = '{"intent":"none"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two commands, one mapped."""
    path = tmp_path / "top.tsv"
    path.write_text(HEAD + LINES, encoding="utf-8")
    return path


def test_values_are_compared_romanised_and_folded() -> None:
    """Script, spelling and ties do not count; words and numbers do."""
    assert folded("कल सुबह") == folded("kal subah ko") == folded("Kal SUBAH")
    assert folded("at 5:30 pm") == folded("5:30 pm")
    assert folded("मेरी mom") == folded("mom")
    assert folded("kal") != folded("aaj")
    assert folded("9 baje") != folded("8 baje")


def test_date_and_time_count_together(file: Path) -> None:
    """Their one slot is right where our two hold its words; the nested slot is not counted."""
    command = read_commands(file)[0]
    found = score(command, REMINDER)
    assert (found.intent, found.right, found.said, found.wanted) == (True, 2, 2, 2)
    assert score(command, REMINDER.replace("सुबह 9", "शाम 9")).right == 1
    assert score(command, "sorry") == score(command, None)
    assert score(command, None).wanted == 2


def test_unmapped_intents_are_left_out_or_none(file: Path, tmp_path: Path) -> None:
    """Two figures: the mapped command alone, and both with none as the right answer to the other."""
    commands = read_commands(file)
    answers = [Prediction(c.id, c.sha, "hinglish_top", "first", REMINDER) for c in commands]
    write_predictions(answers, tmp_path / "p.jsonl")
    found = transfer(file, tmp_path / "p.jsonl", answers)
    assert (found.mapped["intent"].top, found.mapped["intent"].bottom) == (1, 1)
    assert (found.everything["intent"].top, found.everything["intent"].bottom) == (1, 2)
    assert found.everything["slot_f1"].value < found.mapped["slot_f1"].value == 1.0
    assert score(commands[1], NONE).intent


def test_no_text_is_kept(file: Path, tmp_path: Path) -> None:
    """A result holds ids, counts and hashes; the inputs are written only where they are asked for."""
    commands = read_commands(file)
    answers = [Prediction(commands[0].id, commands[0].sha, "hinglish_top", "first", REMINDER)]
    write_predictions(answers, tmp_path / "p.jsonl")
    found = transfer(file, tmp_path / "p.jsonl", answers)
    text = msgspec.json.encode(found).decode()
    assert found.missing == 1
    assert not any(word in text for word in ("subah", "doodh", "weekend", "दूध", "सुबह"))
    assert [msgspec.json.decode(line)["id"] for line in inputs(file).splitlines()] == ["v-0", "v-1"]


def test_answers_to_another_text_and_another_file_are_refused(file: Path, tmp_path: Path) -> None:
    """The sha ties an answer to its command; a file without the columns is named."""
    wrong = [Prediction("v-0", "old", "hinglish_top", "first", NONE)]
    write_predictions(wrong, tmp_path / "p.jsonl")
    with pytest.raises(KhichdiError, match="is no command of"):
        transfer(file, tmp_path / "p.jsonl", wrong)
    file.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(KhichdiError, match="slots_json"):
        read_commands(file)


def test_figures_of_nothing_are_nothing() -> None:
    """No slot said or wanted is no F1 of one."""
    assert figures([score(Command("a", "s", "hi", "none", mapped=False, slots={}), NONE)])["slot_f1"].n == 0
