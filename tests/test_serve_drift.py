"""Laws of drift: a mix does not drift from itself, a planted change is found with its sign, and no text is counted."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from khichdi import app
from serve.drift import Features, compare, features, of_file, of_log, of_rows
from serve.journal import Journal

ROMAN = [("bhai kal subah 10 baje Rahul ko 500 bhej do", "transfer_money"), ("do plate momos mangwa do", "order_food"), ("kal ka mausam batao", "get_weather")]
DEVA = [("भाई कल सुबह १० बजे राहुल को ५०० भेज दो", "transfer_money"), ("दो प्लेट मोमो मँगवा दो", "order_food")]


def test_a_mix_does_not_drift_from_itself() -> None:
    """The same messages on both sides: no value of any feature differs."""
    side = of_rows(ROMAN * 60)
    assert [d for d in compare(side, side) if d.drifts or d.difference] == []


def test_a_planted_change_is_found() -> None:
    """More Devanagari live: its share drifts up, Roman's down, the intent's share that did not change does not."""
    live, release = of_rows(ROMAN * 40 + DEVA * 60), of_rows(ROMAN * 80)
    found = {(d.feature, d.value): d for d in compare(live, release)}
    assert found["script", "devanagari"].low > 0
    assert found["script", "roman"].high < 0
    assert found["numerals", "devanagari digits"].drifts
    assert all(d.low <= d.difference <= d.high for d in found.values())


def test_few_messages_prove_little() -> None:
    """Two messages beside two hundred: nothing is called drift that two could show by chance."""
    assert [d for d in compare(of_rows(ROMAN[:2]), of_rows(ROMAN * 80)) if d.drifts] == []


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        ("kal bhejo", "script", "roman"), ("कल bhejo", "script", "mixed"), ("सवा लाख भेजो", "numerals", "words"), ("kal", "length", "1-4"),
        ("1,25,000 bhejo", "numerals", "grouped digits"), ("5 किलो और दो पैकेट", "numerals", "digits and words"), ("kal bhejo", "unknown", "0"),
        ("Thangavelu Lalthanpuia", "unknown", "over 25 %"),
        ("", "script", "other"),
    ],
)  # fmt: skip
def test_a_feature_is_one_of_a_few_words(message: str, name: str, value: str) -> None:
    """Each feature of a message falls into a bucket."""
    assert getattr(features(message), name) == value


def test_a_server_counts_without_text(tmp_path: Path) -> None:
    """The journal's lines of traffic hold features alone, and read back as those of the messages; what is not drawn is not counted."""
    journal = Journal(tmp_path)
    for text, intent in ROMAN * 3:
        journal.traffic(text, intent, share=1.0)
        journal.traffic(text, intent, share=0.0)
    journal.close()
    assert of_log(tmp_path) == of_rows(ROMAN * 3)
    raw = b"".join(p.read_bytes() for p in tmp_path.glob("log-*"))
    assert not any(word in raw for word in (b"Rahul", b"momos", b"mausam"))
    line = msgspec.json.decode(raw.splitlines()[0])
    assert set(line) == {"at", "event", *Features._fields}


def test_no_traffic_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    """A journal without counts names --messages, an empty file says what a line is."""
    with pytest.raises(KhichdiError, match="--messages"):
        of_log(tmp_path)
    (tmp_path / "x.txt").write_text("\n")
    with pytest.raises(KhichdiError, match="no messages"):
        of_file(tmp_path / "x.txt")


def test_the_command_shows_what_drifts(tmp_path: Path) -> None:
    """A file of messages beside a committed version: exit 1 and the drifting values; a blind split is refused."""
    (tmp_path / "x.txt").write_text("\n".join(text for text, _ in DEVA * 50), encoding="utf-8")
    done = CliRunner().invoke(app, ["drift", "show", "v1.0.0", "--messages", str(tmp_path / "x.txt"), "--json"])
    assert done.exit_code == 1
    found = msgspec.json.decode(done.output)
    assert any(d["feature"] == "script" and d["value"] == "devanagari" and d["drifts"] for d in found["drift"])
    with pytest.raises(KhichdiError, match="blind"):
        CliRunner().invoke(app, ["drift", "show", "v1.0.0", "--split", "test_gold"], catch_exceptions=False)
