"""Made rows taken through a spec's pipeline, each held to the contract again; what fails is quarantined with its reason."""

from collections.abc import Callable

from augment.pipeline import apply, read_rates
from augment.registry import registry
from generators.run import Made, Rejected, check, make
from generators.spec import Spec
from hinglish.errors import KhichdiError
from hinglish.lexicon import Partition, load
from schemas.example import Example


def augment_rows(spec: Spec, *, partition: Partition | None = None, workers: int = 1, on_row: Callable[[int], None] | None = None) -> Made:
    """Exactly spec.rows rows after the pipeline of the spec; a row that breaks the contract stands in its plain form instead.

    The plain rows are those of `generators.run.make`, so the same seed gives the same bytes for any number of workers.
    """
    plain = make(spec, partition=partition, workers=workers, on_row=on_row)
    rates = read_rates(spec.augment, registry(partition), spec.name)
    if not rates:
        raise KhichdiError(f'{spec.name}: no [[augment]] steps; add some, such as [[augment]] name = "respell" rate = 0.3, or use `khichdi generate run`')
    lexicon = load(partition)
    made = Made(rejected=list(plain.rejected))
    texts = {row.input.casefold() for row in plain.rows}
    for row in plain.rows:
        made.rows.append(_settled(row, apply(row, rates, lexicon), made, texts))
    return made


def _settled(plain: Example, row: Example, made: Made, texts: set[str]) -> Example:
    """The augmented row, or the plain one where it fails or says what another row says already."""
    if row is plain:
        return plain
    fault = check(row)
    text = row.input.casefold()
    if fault is None and text in texts:
        fault = Rejected(row.id, str(row.provenance["template"]), "duplicate", "the text stands already", row.input)
    if fault is not None:
        made.rejected.append(fault)
        return plain
    texts.add(text)
    return row
