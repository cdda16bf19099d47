#!/usr/bin/env python3
"""Makes data of the shape and size of Olist's: eight CSV files and three series of the central bank, for machines
without the real ones.

    generate.py [--small] [--seed N] FOLDER

writes FOLDER/olist/*.csv and FOLDER/bcb/bcdata.sgs.*.json; equal seeds give equal bytes. Columns, keys, counts,
statuses and what bites are those of the published files: a BOM, CRLF and no last line break in the translations;
reviews of several lines; repeated review ids; products without a category; two categories without a translation;
orders without items, payment or review; misspelt columns; zip prefixes with leading zeros; people with several
customer_ids; payments that do not quite add up. People, texts, prices and rates are drawn, not real.
"""

import argparse
import json
import math
import random
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import words

# Counts of the published files; --small divides them by about twelve.
FULL = dict(
    orders=99441,
    people=96096,
    items=112650,
    products=32951,
    sellers=3095,
    payments=103886,
    reviews=99224,
    without_items=775,
    without_payment=1,
    without_review=768,
    repeated_review_ids=814,
    multi_line=3852,
    without_category=610,
    without_size=2,
    unanswered=40,
    undated_reviews=15,
    odd_payments=268,
    free_freight=383,
)
SMALL_ORDERS = 8135
STATUSES = dict(
    delivered=96478, shipped=1107, canceled=625, unavailable=609, invoiced=314, processing=301, created=5, approved=2
)
WITHOUT_ITEMS = ("unavailable", "canceled", "created")  # the statuses in which an order may have no items

FIRST = datetime(2016, 9, 4, 21, 15, 19)
LAST = datetime(2018, 10, 17, 17, 30, 18)
# How many orders a month has, from 2016-09 on, in rough shares: a start, two years of growth, and a tail of a few.
MONTHS = (
    4,
    320,
    1,
    800,
    1750,
    2650,
    2400,
    3700,
    3250,
    4000,
    4350,
    4300,
    4650,
    7500,
    5650,
    7250,
    6750,
    7200,
    6950,
    6850,
    6150,
    6300,
    6500,
    16,
    4,
)
HOURS = (24, 12, 6, 3, 2, 2, 5, 12, 30, 48, 62, 66, 60, 65, 66, 64, 67, 62, 58, 60, 62, 62, 58, 41)
PAYMENT_TYPES = dict(credit_card=76795, boleto=19784, debit_card=1529)
INSTALLMENTS = {
    1: 26000,
    2: 12400,
    3: 10450,
    4: 7100,
    5: 5250,
    6: 3900,
    7: 1600,
    8: 4250,
    9: 650,
    10: 5300,
    12: 130,
    15: 75,
}
SCORES = {5: 578, 4: 193, 1: 115, 3: 82, 2: 32}


class Olist:
    """All tables, drawn one after the other from one stream of chance, so that the order of the calls matters."""

    def __init__(self, seed, orders):
        self.chance = random.Random(seed)
        self.size = {name: max(round(count * orders / FULL["orders"]), 1) for name, count in FULL.items()}
        self.sellers = self.draw_sellers()
        self.products = self.draw_products()
        self.customers = self.draw_customers()
        self.orders = self.draw_orders()
        self.items = self.draw_items()
        self.payments = self.draw_payments()
        self.reviews = self.draw_reviews()

    # --- helpers ------------------------------------------------------------------------------------------------------

    def ids(self, count):
        """Different ids of 32 hexadecimal digits."""
        found = set()
        while len(found) < count:
            found.add(f"{self.chance.getrandbits(128):032x}")
        return self.chance.sample(sorted(found), count)

    def weighted(self, weights, count):
        """count keys of a dict of weights."""
        return self.chance.choices(list(weights), cum_weights=list(accumulate(weights.values())), k=count)

    def amount(self, median, spread, low, high):
        """Cents of a price, log-normal."""
        return min(max(round(100 * self.chance.lognormvariate(math.log(median), spread)), low), high)

    def places(self, count):
        """count triples (zip prefix, city, state)."""
        states = self.weighted({state: share for state, (share, _, _) in words.STATES.items()}, count)
        return [self.place(state) for state in states]

    def place(self, state):
        _, (low, high), cities = words.STATES[state]
        # A state's capital is its biggest city; half of the people live in towns.
        if self.chance.random() < 0.5:
            cities = words.TOWNS
        rank = int(self.chance.expovariate(0.7)) if len(cities) < 10 else self.chance.randrange(len(cities))
        city = cities[min(rank, len(cities) - 1)]
        return f"{self.chance.randint(low, high):05d}", city, state

    # --- tables, in the order in which one needs the other ------------------------------------------------------------

    def draw_sellers(self):
        count = self.size["sellers"]
        return [(seller, *place) for seller, place in zip(self.ids(count), self.places(count))]

    def draw_products(self):
        count = self.size["products"]
        names = list(words.CATEGORIES) + list(words.UNTRANSLATED)
        shares = {name: 1 / (rank + 3) ** 1.6 for rank, name in enumerate(names)}
        rows = []
        for product, category in zip(self.ids(count), self.weighted(shares, count)):
            text = [
                category,
                self.chance.randint(5, 76),
                self.chance.randint(4, 3992),
                self.chance.choice((1, 1, 1, 2, 2, 3, 4, 6)),
            ]
            size = [self.amount(7, 1.2, 2, 40425), *(self.chance.randint(low, 105) for low in (7, 2, 6))]
            rows.append([product, *text, *size])
        for row in rows[: self.size["without_category"]]:
            row[1:5] = [""] * 4
        for row in rows[self.size["without_category"] - 1 :][: self.size["without_size"]]:
            row[5:] = [""] * 4
        self.chance.shuffle(rows)
        return rows

    def draw_customers(self):
        """A customer_id is one purchase of one person, so some people have several."""
        people = [
            (person, *place) for person, place in zip(self.ids(self.size["people"]), self.places(self.size["people"]))
        ]
        again = self.chance.choices(people[: len(people) // 30], k=self.size["orders"] - len(people))
        purchases = people + again
        self.chance.shuffle(purchases)
        return [(customer, *person) for customer, person in zip(self.ids(len(purchases)), purchases)]

    def draw_orders(self):
        count = self.size["orders"]
        statuses = [status for status, share in STATUSES.items() for _ in range(round(share * count / FULL["orders"]))]
        statuses += ["delivered"] * (count - len(statuses))
        self.chance.shuffle(statuses)
        times = sorted(
            [FIRST, LAST] + [self.purchase_time(month) for month in self.weighted(dict(enumerate(MONTHS)), count - 2)]
        )
        customers = [row[0] for row in self.customers]
        self.chance.shuffle(customers)
        return [
            (order, customer, status, time, *self.progress(status, time))
            for order, customer, status, time in zip(self.ids(count), customers, statuses[:count], times)
        ]

    def purchase_time(self, month):
        year, month = 2016 + (8 + month) // 12, (8 + month) % 12 + 1
        start = datetime(year, month, 1)
        days = ((start + timedelta(days=32)).replace(day=1) - start).days
        hour = self.chance.choices(range(24), HOURS)[0]
        time = start + timedelta(days=self.chance.randrange(days), hours=hour, seconds=self.chance.randrange(3600))
        return min(max(time, FIRST), LAST)

    def progress(self, status, purchase):
        """When an order was approved, handed to the carrier, delivered, and estimated; "" for what has not happened."""
        chance = self.chance
        approved = purchase + timedelta(minutes=chance.lognormvariate(3.5, 1.6))
        carrier = approved + timedelta(days=chance.lognormvariate(0.7, 0.8))
        delivered = carrier + timedelta(days=chance.lognormvariate(2.0, 0.6))
        estimated = (purchase + timedelta(days=chance.gauss(24, 7))).replace(hour=0, minute=0, second=0)
        happened = {
            "delivered": 3,
            "shipped": 2,
            "created": 0,
            "canceled": chance.choices((0, 1, 2, 3), (141, 409, 69, 6))[0],
        }.get(status, 1)
        if status == "delivered" and chance.random() < 0.0001:
            happened = 2
        times = [approved, carrier, delivered][:happened] + [""] * (3 - happened)
        if status == "delivered" and chance.random() < 0.00015:
            times[0] = ""
        return [*times, max(estimated, (purchase + timedelta(days=2)).replace(hour=0, minute=0, second=0))]

    def draw_items(self):
        lines = self.lines_per_order()
        products = self.chance.sample(self.products, len(self.products))
        popular = list(accumulate(1 / (rank + 20) for rank in range(len(products))))
        prices = {product[0]: self.amount(75, 0.95, 85, 673500) for product in products}
        seller_of = {product[0]: self.chance.choice(self.sellers)[0] for product in products}
        never_bought = iter([row[0] for row in products])
        rows = []
        for order in self.orders:
            product = next(never_bought, None) if lines.get(order[0]) else None
            product = product or self.chance.choices(products, cum_weights=popular)[0][0]
            for number in range(1, lines.get(order[0], 0) + 1):
                if number > 1 and self.chance.random() < 0.3:
                    product = self.chance.choices(products, cum_weights=popular)[0][0]
                freight = self.amount(17, 0.55, 1, 40968)
                limit = order[3] + timedelta(days=self.chance.randint(2, 8), seconds=self.chance.randrange(86400))
                rows.append([order[0], number, product, seller_of[product], limit, prices[product], freight])
        for row in self.chance.sample(rows, self.size["free_freight"]):
            row[6] = 0
        rows.sort(key=lambda row: row[:2])
        return rows

    def lines_per_order(self):
        """{order_id: how many lines}, without the orders that have none."""
        may_lack = [order[0] for order in self.orders if order[2] in WITHOUT_ITEMS]
        lacking = set(self.chance.sample(may_lack, min(self.size["without_items"], len(may_lack))))
        lines = {order[0]: 1 for order in self.orders if order[0] not in lacking}
        orders = list(lines)
        missing = self.size["items"] - len(orders)
        while missing > 0:
            more = min(self.chance.choices((1, 2, 3, 4, 5, 6, 7), (751, 132, 50, 20, 20, 2, 1))[0], missing)
            order = self.chance.choice(orders)
            if lines[order] == 1:
                lines[order] += more
                missing -= more
        return lines

    def draw_payments(self):
        """One payment an order, of what its lines cost; vouchers and second cards split some of them."""
        totals = {}
        for order, _, _, _, _, price, freight in self.items:
            totals[order] = totals.get(order, 0) + price + freight
        unpaid = self.chance.sample(sorted(totals), self.size["without_payment"])
        paid = [order[0] for order in self.orders if order[0] not in unpaid]
        for order in self.chance.sample(paid, self.size["odd_payments"]):
            totals[order] = max(totals.get(order, 0) + self.chance.randint(-200, 2000), 1)
        parts = {order: 1 for order in paid}
        for order in self.chance.choices(paid[: len(paid) // 20], k=self.size["payments"] - len(paid)):
            parts[order] += 1
        types = iter(self.weighted(PAYMENT_TYPES, len(paid)))
        installments = iter(self.weighted(INSTALLMENTS, len(paid)))
        rows = []
        for order in paid:
            total = totals.get(order) or self.amount(120, 0.8, 100, 500000)
            kind, times = next(types), next(installments)
            rows.extend(self.split_payment(order, total, parts[order], kind, times if kind == "credit_card" else 1))
        self.chance.shuffle(rows)
        for row in rows[: max(self.size["odd_payments"] // 90, 1)]:
            row[2:] = ["not_defined", 1, 0]
        return rows

    def split_payment(self, order, total, parts, kind, installments):
        left, rows = total, []
        for number in range(parts, 1, -1):
            part = self.chance.randrange(left // 2 + 1)
            rows.append([order, number, "voucher", 1, part])
            left -= part
        return [*rows, [order, 1, kind, installments, left]]

    def draw_reviews(self):
        orders = self.chance.sample(self.orders, len(self.orders) - self.size["without_review"])
        orders += self.chance.sample(orders, self.size["reviews"] - len(orders))
        scores = self.weighted(SCORES, len(orders))
        rows = []
        for review, order, score in zip(self.ids(len(orders)), orders, scores):
            created = (order[3] + timedelta(days=self.chance.randint(2, 30))).replace(hour=0, minute=0, second=0)
            answered = created + timedelta(days=self.chance.lognormvariate(0.8, 0.7))
            rows.append([review, order[0], score, self.title(score), self.message(score), created, answered])
        self.spoil_reviews(rows)
        return rows

    def title(self, score):
        return self.chance.choice(words.TITLES[score > 3]) if self.chance.random() < 0.117 else ""

    def message(self, score):
        if self.chance.random() > 0.41:
            return ""
        return " ".join(self.chance.sample(words.SENTENCES[score > 3], self.chance.randint(1, 3)))

    def spoil_reviews(self, rows):
        """Line breaks within messages, ids used twice, times missing."""
        with_message = [row for row in rows if row[4]]
        for row in self.chance.sample(with_message, self.size["multi_line"]):
            row[4] = row[4].replace(". ", ".\n").rstrip() + self.chance.choice(
                ("\nObrigada", '\n\nNota 10, "recomendo"', "\r\nAguardo retorno")
            )
        for row, other in zip(rows[: self.size["repeated_review_ids"]], rows[-self.size["repeated_review_ids"] :]):
            other[0] = row[0]
        for row in rows[: self.size["unanswered"]]:
            row[6] = ""
        for row in rows[: self.size["undated_reviews"]]:
            row[5] = row[6] = ""
        self.chance.shuffle(rows)


# --- the central bank -------------------------------------------------------------------------------------------------


def easter(year):
    """Anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    l = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * l) // 451
    return date(year, (h + l - 7 * m + 114) // 31, (h + l - 7 * m + 114) % 31 + 1)


def holidays(year):
    """Brazil's bank holidays: those of fixed date, and carnival's Monday and Tuesday, Good Friday, Corpus Christi."""
    fixed = {
        date(year, month, day)
        for month, day in ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
    }
    return fixed | {easter(year) + timedelta(days=days) for days in (-48, -47, -2, 60)}


def draw_series(seed):
    """{number: rows as the API gives them} for 2016 to 2018: dollar, target rate, consumer prices."""
    chance = random.Random(seed)
    days = [date(2016, 1, 1) + timedelta(days=number) for number in range(1096)]
    closed = set().union(*(holidays(year) for year in (2016, 2017, 2018)))
    rate, target, dollar, selic, prices = 4.0, 14.25, [], [], []
    for day in days:
        if day.weekday() < 5 and day not in closed:
            rate = min(max(rate * math.exp(chance.gauss(0, 0.009)) + 0.004 * (3.5 - rate), 3.0), 4.2)
            dollar.append((day, f"{rate:.4f}"))
        if day >= date(2016, 10, 20) and day.day == 20 and target > 6.5:
            target = max(target - chance.choice((0.25, 0.5, 0.75)), 6.5)
        selic.append((day, f"{target:.2f}"))
        if day.day == 1:
            prices.append((day, f"{chance.gauss(0.4, 0.35):.2f}"))
    return {1: dollar, 432: selic, 433: prices}


def write_series(series, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, rows in series.items():
        text = json.dumps([{"data": f"{day:%d/%m/%Y}", "valor": value} for day, value in rows], separators=(",", ":"))
        (folder / f"bcdata.sgs.{number}.2016-2018.json").write_text(text)


# --- CSV --------------------------------------------------------------------------------------------------------------


def cell(value):
    """As the published files write it: texts that begin with a digit are quoted, and those that must be."""
    if isinstance(value, str):
        if value[:1].isdigit() or any(mark in value for mark in ',"\n\r'):
            return '"' + value.replace('"', '""') + '"'
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)


def write_csv(file, header, rows):
    with open(file, "w", encoding="utf-8", newline="") as out:
        out.write(",".join(f'"{name}"' for name in header) + "\n")
        out.writelines(",".join(map(cell, row)) + "\n" for row in rows)


def money(rows, *columns):
    """The same rows with cents written as 12.34."""
    for row in rows:
        row = list(row)
        for column in columns:
            row[column] = Cents(row[column])
        yield row


class Cents(int):
    def __str__(self):
        return f"{self // 100}.{self % 100:02d}"


def write_olist(olist, folder):
    folder.mkdir(parents=True, exist_ok=True)
    place = ("zip_code_prefix", "city", "state")
    write_csv(
        folder / "olist_customers_dataset.csv",
        ["customer_id", "customer_unique_id", *(f"customer_{x}" for x in place)],
        olist.customers,
    )
    write_csv(folder / "olist_sellers_dataset.csv", ["seller_id", *(f"seller_{x}" for x in place)], olist.sellers)
    write_csv(
        folder / "olist_products_dataset.csv",
        [
            "product_id",
            "product_category_name",
            "product_name_lenght",
            "product_description_lenght",
            "product_photos_qty",
            "product_weight_g",
            "product_length_cm",
            "product_height_cm",
            "product_width_cm",
        ],
        olist.products,
    )
    write_csv(
        folder / "olist_orders_dataset.csv",
        [
            "order_id",
            "customer_id",
            "order_status",
            "order_purchase_timestamp",
            "order_approved_at",
            "order_delivered_carrier_date",
            "order_delivered_customer_date",
            "order_estimated_delivery_date",
        ],
        olist.orders,
    )
    write_csv(
        folder / "olist_order_items_dataset.csv",
        ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"],
        money(olist.items, 5, 6),
    )
    write_csv(
        folder / "olist_order_payments_dataset.csv",
        ["order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"],
        money(olist.payments, 4),
    )
    write_csv(
        folder / "olist_order_reviews_dataset.csv",
        [
            "review_id",
            "order_id",
            "review_score",
            "review_comment_title",
            "review_comment_message",
            "review_creation_date",
            "review_answer_timestamp",
        ],
        olist.reviews,
    )
    lines = [
        "product_category_name,product_category_name_english",
        *(f"{name},{english}" for name, english in words.CATEGORIES.items()),
    ]
    (folder / "product_category_name_translation.csv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))


def main():
    parser = argparse.ArgumentParser(description="data of the shape and size of Olist's")
    parser.add_argument("--small", action="store_true", help=f"{SMALL_ORDERS} orders instead of {FULL['orders']}")
    parser.add_argument("--seed", type=int, default=1, help="what to draw (default 1)")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write_olist(Olist(options.seed, SMALL_ORDERS if options.small else FULL["orders"]), options.folder / "olist")
    write_series(draw_series(options.seed), options.folder / "bcb")


if __name__ == "__main__":
    main()
