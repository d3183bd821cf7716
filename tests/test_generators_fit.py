"""Laws of what fits together: dishes of one kitchen and the place that cooks them, a loan and its sum, a slip and what was meant."""

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from generators import bills, faults, food, hearers, money, packs, slips, things
from generators.provider import HinglishProvider
from generators.run import make
from generators.said import Said, Scene
from generators.spec import read_spec
from hinglish.lexicon import DATA
from hinglish.script import script_of
from schemas.example import Example, Token
from tests.rows import studio

DRAWS = 300


def scenes(intent: str, *slots: str) -> Iterator[tuple[HinglishProvider, Scene]]:
    """A provider with a stream of its own, and an empty scene, many times."""
    provider = studio().provider
    for i in range(DRAWS):
        provider.rng.open(f"fit/{intent}/{i}")
        yield provider, Scene(intent, "tum", "m", list(slots))


def kitchens(scene: Scene) -> set[str]:
    """From where the dishes of a scene come; sweets and drinks of no place go with all."""
    own = {d.get("from", "common") for d in scene.picks["dishes"]}
    aside = all(d.get("kind") in ("sweet", "drink") for d in scene.picks["dishes"] if "from" not in d.extra)
    return own - {"common"} if aside and own != {"common"} else own


def test_dishes_of_one_message_come_from_one_kitchen() -> None:
    """No naan with sushi; the place that is named cooks what is ordered."""
    for p, scene in scenes("order_food", "items", "restaurant"):
        food.food_items(p, scene)
        assert len(kitchens(scene)) == 1, [d.norm for d in scene.picks["dishes"]]
        name = food.restaurant(p, scene).value
        shop = next(e for e in p.lexicon.of("shop") if e.norm == name)
        cooked = [e for e in p.lexicon.of("shop") if food._has(e, scene.picks["dishes"])]
        assert shop in cooked or not cooked, (name, [d.norm for d in scene.picks["dishes"]])


def test_two_kitchens_in_one_message_are_seen() -> None:
    """The count above is two for dishes that were planted together."""
    p, scene = next(scenes("order_food", "items"))
    by = {e.norm: e for e in p.lexicon.of("dish")}
    scene.picks["dishes"] = [by["butter नान"], by["sushi"]]
    assert kitchens(scene) == {"common", "asian"}


def test_who_is_hungry_orders_no_drink() -> None:
    """A meal is food, and what is craved is not counted."""
    for p, scene in scenes("order_food", "items"):
        value = food.craved(p, scene).value
        assert all(d.get("kind") not in food._ASIDE for d in scene.picks["dishes"])
        assert all(item["quantity"] is None for item in value)


def test_a_loan_is_within_its_bounds_and_a_slip_near_it() -> None:
    """A sum is between the least and the most of its loan; what is said by mistake is neither under half nor over four times of it."""
    for p, scene in scenes("loan_enquiry", "loan_type", "amount"):
        things.loan_type(p, scene)
        loan = scene.picks["loan"]
        sums: list[Said] = [money.amount(p, scene), money.amount(p, scene)]
        meant, slip = (s.value for s in sums)
        assert int(loan.get("least")) <= meant <= int(loan.get("most")), loan.norm
        assert meant / 2 <= slip <= 4 * meant
        assert slip != meant


def of_one_pack(price: int, span: str) -> bool:
    """Does one pack of any operator cost this and last so long?"""
    return any(price in pack.sums and span in pack.spans for packs_ in packs.PACKS.values() for pack in packs_)


def test_a_pack_lasts_as_long_as_packs_of_its_price() -> None:
    """299 buys no 56 days and 3599 no month; two that were planted so are seen."""
    for p, scene in scenes("recharge", "operator", "amount", "validity"):
        things.operator(p, scene)
        price, span = packs.price(p, scene), packs.validity(p, scene).value
        assert of_one_pack(price, span), (price, span)
    assert not of_one_pack(299, "56 days")
    assert not of_one_pack(3599, "एक महीने")


def test_a_bill_is_within_what_such_bills_are() -> None:
    """Of any biller, kind and sum that are drawn together."""
    for p, scene in scenes("pay_bill", "biller", "bill_type", "amount"):
        bills.biller(p, scene)
        bills.bill_type(p, scene)
        least, most = bills.bill_bounds(scene)
        assert least <= money.amount(p, scene).value <= most


def test_a_slip_of_the_day_is_the_day_beside() -> None:
    """Two days of one message stand side by side in one way to count them; कल and Friday do not."""
    together = {frozenset(pair) for _, week in slips._TURNS for pair in pairwise(week)}
    for p, scene in scenes("set_reminder", "date"):
        assert frozenset({slips.day(p, scene).value, slips.day(p, scene).value}) in together
    assert frozenset({"कल", "Friday"}) not in together


def test_a_fault_is_one_that_the_thing_can_have() -> None:
    """What is drawn of a thing is of its group; a table does not hum."""
    for p, scene in scenes("raise_complaint", "product", "issue"):
        things.product(p, scene)
        thing = scene.picks["product"]
        said = faults.issue(p, scene).value
        lines = {" ".join(e.norm.replace(",", " ").split()) for e in p.issues_for(thing)}
        assert said in lines, (thing.norm, said)


def test_nobody_is_told_what_is_not_for_him() -> None:
    """An elder is not addressed as tu, and no grandchild as aap."""
    for p, scene in scenes("send_message", "recipient", "message"):
        hearers.recipient(p, scene)
        hearer = scene.picks["hearer"]
        said = hearers.message(p, scene).value
        line = next((e for e in p.lexicon.of("message") if e.norm == said), None)
        if line is not None and hearer.kind in hearers._HEARS:
            assert line.get("you") in hearers._HEARS[hearer.kind][0], (hearer, said)


def split_in_two(row: Example) -> bool:
    """Do two English words of one value stand side by side in two scripts (french फ्राइज़)?"""
    said = [t for t in row.utterance or () if t.lang == "en" or t.slots]
    return any(
        a.slots and a.slots == b.slots and a.lang == b.lang == "en" and a.kind == b.kind == "word" and script_of(a.text) != script_of(b.text)
        for a, b in pairwise(said)
    )


def test_a_mixed_hand_writes_a_value_in_one_script() -> None:
    """English words of one value are not written half by sound; a pair that was planted so is seen."""
    made = [r for r in make(read_spec(DATA / "specs" / "demo.toml").override(rows=1_500)).rows if r.provenance["hand"] == "mixed"]
    assert [r.input for r in made if split_in_two(r)] == []
    pair = tuple([Token(text, "en", "word", norm, ("items.0.name",)) for text, norm in (("french", "french"), ("फ्राइज़", "fries"))])
    assert split_in_two(replace(made[0], utterance=pair))
