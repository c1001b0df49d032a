"""What an architecture costs a month: while nobody uses it, while its instance is stopped, and with some use.

Prices are in US dollars, on demand, without tax and without free tiers. They come from a small table with a date; what
the table does not know is said, never counted as nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import CloudError
from architecture.spec import Api, Bucket, Distribution, Function, Instance, Queue, Spec, Volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.blueprint import Blueprint
    from deploy.client import Answer, Clients
    from deploy.data import Kept

__all__ = ["Bill", "Line", "Price", "Prices", "bill", "monthly_of_kept", "prices", "refreshed"]

HOURS: Final = 730
"""Hours in a month, as AWS counts them."""

UPLOADS, UPLOAD_MB, CALL_SECONDS = 10_000, 1, 0.5
"""The typical month: how many files, of which size in MB, and how long the function takes for each, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs, in USD; `verified` says that AWS's Price List API gave it."""

    name: str
    unit: str
    usd: float | None
    as_of: str
    source: str
    verified: bool = False
    query: Mapping[str, str] | None = None
    times: float = 1


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a Region by name."""

    region: str
    by_name: Mapping[str, Price]

    def of(self, name: str) -> Price:
        """Return a price; one that the table does not have has no amount."""
        unit = "hour" if name.startswith("instance:") else ""
        return self.by_name.get(name) or Price(name=name, unit=unit, usd=None, as_of="", source="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a bill: how many units of what, idle, stopped and in the typical month."""

    item: str
    says: str
    price: Price
    idle: float = 0
    stopped: float = 0
    typical: float = 0

    def usd(self, units: float) -> float | None:
        """Return what so many units cost, None where the price is not known."""
        return None if self.price.usd is None else units * self.price.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What an architecture costs a month."""

    region: str
    entries: tuple[Line, ...]
    avoided: tuple[Line, ...]

    def total(self, when: str) -> tuple[float, bool]:
        """Return the sum of `idle`, `stopped` or `typical`, and whether every price in it is known."""
        amounts = [e.usd(cast("float", getattr(e, when))) for e in self.entries if getattr(e, when)]
        return sum(a for a in amounts if a is not None), None not in amounts

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield f"{f'a month in {self.region}, USD':<33}{'idle':>10}{'stopped':>10}{'typical':>10}"
        for each in self.entries:
            if each.idle or each.stopped or each.typical:
                cells = "".join(
                    f"{_amount(each.usd(n)) if n else '-':>10}" for n in (each.idle, each.stopped, each.typical)
                )
                yield f"{each.item[:14]:<14} {each.says[:18]:<18}{cells}{_mark(each.price)}"
        totals = [self.total(when) for when in ("idle", "stopped", "typical")]
        yield f"{'total':<33}" + "".join(f"{_total(total, known=known):>10}" for total, known in totals)
        yield ""
        yield f"typical: {UPLOADS:,} files of {UPLOAD_MB} MB, {CALL_SECONDS} s of the function for each"
        yield "use is paid by the unit:"
        rates = {e.price.name: e.price for e in self.entries if not e.idle}
        for price in rates.values():
            yield f"  {price.name:<16} {_rate(price)} a {price.unit}{_mark(price)}"
        yield "what this design does without:"
        for each in self.avoided:
            yield f"  {each.says:<38} {_amount(each.usd(each.idle)):>8} a month{_mark(each.price)}"
        dates = sorted({e.price.as_of for e in (*self.entries, *self.avoided) if e.price.as_of})
        yield f"prices as of {' to '.join(dict.fromkeys((dates[0], dates[-1])))}, without tax and free tiers"
        if any(not e.price.verified for e in self.entries):
            yield "* not verified: --refresh asks AWS's Price List API"

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        totals: dict[str, object] = {}
        for when in ("idle", "stopped", "typical"):
            total, known = self.total(when)
            totals[when] = {"usd": round(total, 2), "complete": known}
        return {
            "region": self.region,
            "monthly": totals,
            "lines": [
                {
                    "id": e.item,
                    "what": e.says,
                    "idle": e.usd(e.idle),
                    "stopped": e.usd(e.stopped),
                    "typical": e.usd(e.typical),
                    "price": e.price.usd,
                    "unit": e.price.unit,
                    "as_of": e.price.as_of,
                    "source": e.price.source,
                    "verified": e.price.verified,
                }
                for e in self.entries
            ],
            "avoided": [{"what": e.says, "usd": e.usd(e.idle)} for e in self.avoided],
            "typical_month": {"files": UPLOADS, "mb_each": UPLOAD_MB, "function_seconds_each": CALL_SECONDS},
        }


def prices(region: str) -> Prices:
    """Return the table's prices for a Region. A Region that it does not have has no amounts."""
    table = cast("dict[str, Any]", json.loads(files("deploy").joinpath("prices.json").read_text(encoding="utf-8")))
    return Prices(
        region,
        {
            name: Price(
                name=name,
                unit=entry["unit"],
                usd=entry.get(region),
                as_of=table["as_of"],
                source=entry["page"],
                query=entry.get("query"),
                times=entry.get("times", 1),
            )
            for name, entry in cast("dict[str, dict[str, Any]]", table["prices"]).items()
        },
    )


def refreshed(clients: Clients, known: Prices, wanted: frozenset[str] = frozenset()) -> Prices:
    """Return prices as the Price List API has them now, for those that can be asked for; the rest stay as they are.

    `wanted` names prices besides the table's, such as `instance:m7g.large`.
    """
    today = datetime.now(UTC).date().isoformat()
    found = dict(known.by_name)
    for name in dict.fromkeys((*known.by_name, *sorted(wanted))):
        price = known.of(name)
        query = dict(price.query) if price.query else _instance_query(name)
        if query is None:
            continue
        usd = _asked(clients, query.pop("service"), {**query, "regionCode": known.region})
        if usd is not None:
            source = "AWS Price List API"
            found[name] = replace(price, usd=usd * price.times, as_of=today, source=source, verified=True)
    return Prices(known.region, found)


def bill(plan: Blueprint, known: Prices) -> Bill:
    """Return what an architecture costs."""
    entries: list[Line] = []
    for instance in plan.of(Instance):
        kind = instance.spec.instance_type
        price = known.of(f"instance:{kind}")
        entries.append(Line(item=instance.id, says=kind, price=price, idle=HOURS, typical=HOURS))
        disk = instance.spec.root_gb
        entries.append(_steady(instance.id, f"system disk {disk} GB", known.of("volume"), disk))
        if instance.spec.public_ip:
            price = known.of("public-address")
            entries.append(Line(item=instance.id, says="public address", price=price, idle=HOURS, typical=HOURS))
    for volume in plan.of(Volume):
        size = volume.spec.size_gb
        entries.append(_steady(volume.id, f"volume {size} GB", known.of("volume"), size))
    for bucket in plan.of(Bucket):
        gigabytes = UPLOADS * UPLOAD_MB / 1024
        entries.append(Line(item=bucket.id, says="objects kept", price=known.of("objects"), typical=gigabytes))
        writes = known.of("object-writes")
        entries.append(Line(item=bucket.id, says="files and results", price=writes, typical=2 * UPLOADS / 1000))
        entries.append(Line(item=bucket.id, says="reads", price=known.of("object-reads"), typical=UPLOADS / 1000))
    for function in plan.of(Function):
        seconds = UPLOADS * CALL_SECONDS * function.spec.memory_mb / 1024
        entries.append(Line(item=function.id, says="time", price=known.of("function-time"), typical=seconds))
        calls = known.of("function-calls")
        entries.append(Line(item=function.id, says="calls", price=calls, typical=UPLOADS / 1e6))
        lines = known.of("log-lines")
        entries.append(Line(item=function.id, says="log", price=lines, typical=UPLOADS * 1000 / 1e9))
    by_use: tuple[tuple[type[Spec], str, str, float], ...] = (
        (Queue, "messages", "messages", 3 * UPLOADS / 1e6),
        (Distribution, "traffic", "site-traffic", 1),
        (Api, "calls", "api-calls", UPLOADS / 1e6),
    )
    for kind, says, name, units in by_use:
        entries += [Line(item=p.id, says=says, price=known.of(name), typical=units) for p in plan.of(kind)]
    avoided = (
        Line(item="", says="a NAT gateway, before its traffic", price=known.of("nat-gateway"), idle=HOURS),
        Line(item="", says="a public IPv4 address", price=known.of("public-address"), idle=HOURS),
        Line(item="", says="an interface endpoint in two zones", price=known.of("interface-endpoint"), idle=2 * HOURS),
    )
    has_address = any(i.spec.public_ip for i in plan.of(Instance))
    shown = tuple(a for a in avoided if not (has_address and a.price.name == "public-address"))
    return Bill(region=known.region, entries=tuple(entries), avoided=shown)


def monthly_of_kept(kept: Kept, region: str) -> str:
    """Say what something that stays costs a month; a snapshot's size is its volume's, the most that it can be."""
    price = prices(region).of("objects" if kept.kind == "bucket" else "snapshot")
    if price.usd is None:
        return f"its price in {region} is not known here"
    most = "at most " if kept.kind == "snapshot" else "about "
    return f"{most}{kept.gb * price.usd:.2f} USD a month{_mark(price)}"


def _steady(item: str, says: str, price: Price, units: float) -> Line:
    return Line(item=item, says=says, price=price, idle=units, stopped=units, typical=units)


def _total(usd: float, *, known: bool) -> str:
    return f"{usd:.2f}" if known else f">{usd:.2f}"


def _amount(usd: float | None) -> str:
    return "unknown" if usd is None else f"{usd:.2f}"


def _rate(price: Price) -> str:
    return "unknown" if price.usd is None else f"{price.usd:.10f}".rstrip("0").rstrip(".")


def _mark(price: Price) -> str:
    return "" if price.verified or price.usd is None else " *"


def _instance_query(name: str) -> dict[str, str] | None:
    kind, _, size = name.partition(":")
    if kind != "instance":
        return None
    return {
        "service": "AmazonEC2",
        "instanceType": size,
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
    }


def _asked(clients: Clients, service: str, fields: Mapping[str, str]) -> float | None:
    """Return the price per unit of the first tier, None if the API knows none or several."""
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in fields.items()]
    try:
        told = clients("pricing").get_products(ServiceCode=service, Filters=filters, MaxResults=100)
    except CloudError as error:
        raise CloudError(error.what, where="the Price List API", hint=error.hint, code=error.code) from error
    found = {usd for product in told["PriceList"] for usd in _on_demand(cast("Answer", json.loads(product)))}
    return found.pop() if len(found) == 1 else None


def _on_demand(product: Answer) -> Iterator[float]:
    for term in product.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            usd = float(dimension["pricePerUnit"].get("USD", 0))
            if usd and dimension.get("beginRange", "0") == "0":
                yield usd
