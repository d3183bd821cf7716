"""Laws of what fits together: dishes of one kitchen and the place that cooks them, a loan and its sum, a slip and what was meant."""

from collections.abc import Iterator

from generators import food, money, things
from generators.provider import HinglishProvider
from generators.said import Said, Scene
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
