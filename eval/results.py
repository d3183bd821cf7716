"""A figures file: what was measured, on which predictions, of which release; and the same again from the committed predictions."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from curation.hub_check import MANIFEST
from curation.opened import RELEASES
from eval.rows import Release, held_to_manifest, read_release
from eval.scored import Report, reports
from eval.script_score import KNOWN
from hinglish.errors import KhichdiError
from schemas.compare import variants_hash
from schemas.prediction import read_predictions
from schemas.reread import label_words

SUFFIX = ".figures.json"
CLOSE = 1e-6  # an interval's ends may differ in their last bits between machines


class Figures(msgspec.Struct, frozen=True):
    """One predictions file measured: by which hashes it can be checked, and every figure. `gated`: it is held to data/gates.toml."""

    title: str
    gated: bool
    predictions: str
    predictions_sha256: str
    release: str
    roots: dict[str, str]
    variants: str
    lexicon: str
    stages: list[Report]


def lexicon_hash() -> str:
    """What the kernel knew: sha256 over the label words of the train partition."""
    return sha256("\n".join(sorted(label_words(KNOWN))).encode()).hexdigest()


def measure(file: Path, release: Release, *, title: str, gated: bool, deep: bool = True) -> Figures:
    """Every figure of a predictions file on a release."""
    data = sha256(file.read_bytes()).hexdigest()
    found = [r for r, _ in reports(file, read_predictions(file), release, deep=deep)]
    return Figures(title, gated, file.name, data, release.name, release.roots(), variants_hash(), lexicon_hash(), found)


def write(figures: Figures, out: Path) -> None:
    """Write beside and rename."""
    if not out.name.endswith(SUFFIX):
        raise KhichdiError(f"{out}: a figures file ends in {SUFFIX}; so `khichdi eval gate` finds it")
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n")
    part.replace(out)


def committed(folder: Path) -> list[tuple[Path, Figures]]:
    """Every figures file under a folder."""
    files = sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else []
    if not files:
        raise KhichdiError(f"{folder}: no *{SUFFIX} under it; `khichdi eval run PREDICTIONS --release DIR --out {folder}/NAME{SUFFIX}` writes one")
    decoder = msgspec.json.Decoder(Figures)
    out = []
    for file in files:
        try:
            out.append((file, decoder.decode(file.read_bytes())))
        except (msgspec.DecodeError, msgspec.ValidationError) as fault:
            raise KhichdiError(f"{file}: {fault}; write it again with `khichdi eval run`") from fault
    return out


def again(file: Path, said: Figures, releases: dict[str, Release]) -> list[str]:
    """Every way in which a figures file is not what its predictions give on its release; empty where it is."""
    predictions = file.parent / said.predictions
    if not predictions.exists():
        return [f"{said.predictions} does not lie beside it"]
    release = releases.get(said.release)
    if release is None:
        return [f"release {said.release} is not here; name its folder with --release"]
    out = [*held_to_manifest(release)]
    out += [f"{t}: root {release.roots().get(t, 'none')[:12]}…, measured on {r[:12]}…" for t, r in said.roots.items() if release.roots().get(t) != r]
    found = measure(predictions, release, title=said.title, gated=said.gated, deep=any(s.slots for s in said.stages))
    if found.predictions_sha256 != said.predictions_sha256:
        out.append(f"{said.predictions}: sha256 {found.predictions_sha256[:12]}…, measured on {said.predictions_sha256[:12]}…")
    if found.variants != said.variants:
        out.append("eval/variants.tsv has changed since")
    faults = list(differences(msgspec.to_builtins(said.stages), msgspec.to_builtins(found.stages), "stages"))
    if faults and found.lexicon != said.lexicon:
        out.append("the lexicon's train words have changed since; measure again")
    return out + faults[:20]


def differences(said: Any, found: Any, place: str) -> Iterable[str]:
    """Where two trees of figures differ."""
    if isinstance(said, dict) and isinstance(found, dict):
        for key in {**said, **found}:
            yield from differences(said.get(key), found.get(key), f"{place}.{key}")
    elif isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        for number, (a, b) in enumerate(zip(said, found, strict=True)):
            yield from differences(a, b, f"{place}.{number}")
    elif isinstance(said, int | float) and isinstance(found, int | float):
        if abs(said - found) > CLOSE:
            yield f"{place}: says {said}, is {found}"
    elif said != found:
        yield f"{place}: says {said!r}, is {found!r}"


def releases_of(found: Sequence[tuple[Path, Figures]], given: Sequence[str]) -> dict[str, Release]:
    """The releases that figures files name: those given, then build/<name>, then the committed version of that name."""
    out = {r.name: r for r in map(read_release, given)}
    for _, figures in found:
        built = Path("build") / figures.release
        for where in (built, figures.release):
            if figures.release not in out and ((built / MANIFEST).is_file() if where is built else (RELEASES / figures.release / MANIFEST).is_file()):
                out[figures.release] = read_release(where)
    return out
