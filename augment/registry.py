"""Every step by name. A dict literal is the registry; the injection seeds are handed in for one partition."""

from collections.abc import Mapping

from augment.adversarial import Inject, InSlot, LookAlike, OnlyInjection
from augment.core import Step
from augment.disfluency import Correct, Repeat
from augment.fillers import Filler
from augment.injections import load_seeds
from augment.negation import Negate
from augment.noise import Asr, Case, DropMatra, DropNukta, Emoji, Keyboard, Swap
from augment.numerals import DevanagariDigits, RespellUnit, RestyleNumber
from augment.script import Steer, SwitchWords, ToDevanagari, ToMixed, ToRoman
from augment.spelling import DropVowels, Join, Respell, Split, Stretch
from augment.unicode_tricks import UnicodeTricks
from hinglish.lexicon import Partition


def registry(partition: Partition | None) -> Mapping[str, Step]:
    """Name → step with its default options, in the order of this folder's files; seeds of one partition, or all."""
    seeds = load_seeds(partition)
    return {
        "to-roman": ToRoman(),
        "to-devanagari": ToDevanagari(),
        "to-mixed": ToMixed(),
        "switch-words": SwitchWords(),
        "steer": Steer(),
        "respell": Respell(),
        "drop-vowels": DropVowels(),
        "stretch": Stretch(),
        "join": Join(),
        "split": Split(),
        "restyle-number": RestyleNumber(),
        "respell-unit": RespellUnit(),
        "devanagari-digits": DevanagariDigits(),
        "filler": Filler(),
        "keyboard": Keyboard(),
        "swap": Swap(),
        "drop-matra": DropMatra(),
        "drop-nukta": DropNukta(),
        "asr": Asr(),
        "case": Case(),
        "emoji": Emoji(),
        "correct": Correct(),
        "repeat": Repeat(),
        "negate": Negate(),
        "inject": Inject(seeds.orders),
        "only-injection": OnlyInjection(seeds.orders),
        "in-slot": InSlot(seeds),
        "look-alike": LookAlike(seeds),
        "unicode-tricks": UnicodeTricks(),
    }
