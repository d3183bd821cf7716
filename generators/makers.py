"""Which maker says which hole. A dict literal is the registry: a hole's name, then an intent's own where it differs."""

from collections.abc import Mapping

from generators import bills, clauses, faults, hearers, money, packs, people, slips, things, when
from generators.clauses import clause
from generators.provider import Maker
from generators.things import app_for, of_class

MAKERS: Mapping[str, Maker] = {
    # people and places
    "recipient": people.person,
    "person": people.person,
    "given": people.given,
    "surname": of_class("surname"),
    "provider": people.doctor,
    "doctor_name": people.doctor_name,
    "pickup": people.spot,
    "drop": people.spot,
    "origin": people.spot,
    "destination": people.spot,
    "place": people.weather_place,
    "city": people.city,
    "spot": people.spot,
    # numbers
    "amount": money.amount,
    "range": money.amount_range,
    "code": money.code,
    "small": money.small,
    "phone_number": money.subscriber,
    "phone": money.phone,
    "order_id": money.order_id,
    "passengers": money.passengers,
    # days and hours
    "date": when.date,
    "due_date": when.due_date,
    "time": when.time,
    "date_en": when.date_en,
    "date_soon": when.date_soon,
    "date_due_en": slips.day_en,
    "time_en": when.time_en,
    "day": slips.day,
    "hour": slips.hour,
    "dawn": slips.dawn,
    "time_en_dawn": slips.time_en_dawn,
    "date_en_near": slips.date_en_near,
    "repeat_en": slips.repeat_en,
    "repeat_all": slips.repeat_all,
    "repeat": when.repeat,
    "validity": packs.validity,
    "validity_en": packs.validity_en,
    "tenure": when.tenure,
    "deliver_at": when.deliver_at,
    # brands, services, goods
    "via": things.via,
    "biller": bills.biller,
    "insurer": bills.insurer,
    "school": bills.school,
    "bill_type": bills.bill_type,
    "bill_type_en": bills.bill_type_en,
    "operator": things.operator,
    "mobile": things.mobile,
    "bank": of_class("bank"),
    "account_type": of_class("account"),
    "app": app_for("message"),
    "mode": things.mode,
    "travel_class": things.travel_class,
    "vehicle": of_class("vehicle"),
    "specialty": of_class("specialty"),
    "restaurant": things.restaurant,
    "store": things.store,
    "product": things.product,
    "product_en": things.product_en,
    "present": things.present,
    "faulty": faults.faulty,
    "ordered": faults.ordered,
    "broken": faults.broken,
    "issue": faults.issue,
    "issue_of_order": faults.issue_of_order,
    "loan_type": things.loan_type,
    "song": things.song,
    "title": things.title,
    "song_sung": things.song_sung,
    "song_party": things.song_party,
    "artist": of_class("artist"),
    "singer": things.singer,
    "dish": of_class("dish"),
    "grocery": of_class("grocery"),
    "food_app": app_for("food"),
    "cab_app": app_for("cab"),
    # clauses
    "task": clauses.task,
    "task_en": clauses.task_en,
    "task_due": clauses.task_due,
    "task_is": clauses.task_is,
    "task_doing": clauses.task_doing,
    "message": hearers.message,
    "message_ask": hearers.message_ask,
    "message_news": hearers.message_news,
    "message_late": hearers.message_late,
    "message_en": hearers.message_en,
    "purpose": clauses.purpose,
    "purpose_en": clauses.purpose_en,
    "amount_small": money.amount_small,
    "amount_digits": money.amount_digits,
    "note": things.note,
    "chat": clause("chat"),
    "items": things.food_items,
}
OWN: Mapping[tuple[str, str], Maker] = {
    ("set_alarm", "time"): when.alarm_time,
    ("set_reminder", "time"): slips.reminder_time,
    ("set_alarm", "date"): when.near_date,
    ("book_cab", "date"): when.near_date,
    ("get_weather", "date"): when.today,
    ("order_grocery", "items"): things.grocery_items,
    ("book_ticket", "origin"): people.station,
    ("book_ticket", "destination"): people.station,
    ("play_music", "app"): app_for("music"),
    ("send_message", "recipient"): hearers.recipient,
    ("send_message", "app"): hearers.app,
    ("get_directions", "mode"): of_class("travelmode"),
}
# Made in this order, so that what others must fit comes first (the operator before the amount of its pack).
FIRST = frozenset(
    "recipient app items purpose purpose_en loan_type operator mobile mode travel_class biller insurer "
    "school bill_type bill_type_en product product_en present faulty ordered broken".split()
)


def maker_for(intent: str, name: str) -> Maker | None:
    """The maker of a hole in an intent; None when no such maker is known."""
    return OWN.get((intent, name)) or MAKERS.get(name)
