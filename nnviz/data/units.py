"""Numbers with a unit behind them, as 12 kg: told from codes such as 12A by what stands behind every one of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nnviz.data.numbers import CURRENCIES, Reading, commonest_first, has_leading_zeros, read_numbers, spread
from nnviz.data.watching import Watch, no_watch, watched

_WORD: Final = r"(?:°|‰|[°%]?[^\W\d_](?:[^\W\d_]|[./·²³%°'’-])*(?:\^?-?[1-4])?)"
_MEASURED = re.compile(
    r"(?P<number>[+\-−]?\s?\d[\d.,' \u00a0\u202f]*?(?:[eE][+-]?\d+)?)(?P<blank>[\s\u00a0\u202f]*)"
    rf"(?P<unit>{_WORD}(?: {_WORD}){{0,2}})?"
)
_LONGEST: Final = 40
_UNITS: Final = """
    kg mg µg ug ng lb lbs oz st ton tons tonne tonnes gram grams kilogram kilograms pound pounds ounce ounces km
    cm mm µm um nm ft in inch inches foot feet yd yard yards mi mile miles metre metres meter meters ms µs us ns
    sec secs second seconds min mins minute minutes hr hrs hour hours day days week weeks wk wks month months mo
    mos yr yrs year years y/o ml cl dl gal gallon gallons liter liters litre litres pint pints cc ha acre acres
    sqft sqm sqkm km² m² cm² ft² m³ cm³ ft³ km2 m2 cm2 ft2 m3 cm3 ft3 mph kph km/h kmh kmph m/s ft/s m/s² m/s2
    knots kn kt rpm bpm hz khz mhz ghz °c °f °k degc degf celsius fahrenheit kelvin ° deg degree degrees rad kw
    mw gw kwh mwh wh va kva kv mv ma mah ah ohm ohms hp bhp kj mj cal kcal n·m pa hpa kpa mpa bar mbar psi mmhg
    atm torr inhg ppm ppb db dba px pt em dpi ppi bp bps kb mb gb tb kib mib gib tib bit bits byte bytes kbps mbps gbps
    mg/l mg/dl g/l g/dl mmol/l µmol/l mol/l mmol mol iu iu/l kg/m² kg/m2 kg/m³ kg/m3 g/cm³ g/cm3 µg/m³ µg/m3
    ug/m3 l/100km l/100 km/l kmpl mpg w/m² w/m2 people persons rooms stars points items pcs pieces units times
    kr
"""
# Ordinals, hours, months, days and thousands.
_OTHERS: Final = """
    am pm a.m. p.m. st nd rd th e x jan feb mar apr may jun jul aug sep sept oct nov dec january february march
    april june july august september october november december mon tue wed thu fri sat sun k m b bn mn mio tsd
"""
_KNOWN: Final = frozenset(_UNITS.split())
_NO_UNITS: Final = frozenset(_OTHERS.split())
# One letter: only these few are units and no codes, and without a blank only the small ones.
_SMALL: Final = frozenset("mgshldt")
_CAPITAL: Final = frozenset("VWNJL‰")
_MOSTLY: Final = 0.9
_MOST_UNITS: Final = 6
_PROBE: Final = 50


@dataclass(frozen=True, slots=True)
class MixedUnits:
    """The units of a column that has several, the commonest first; "" for numbers without one."""

    units: tuple[str, ...]


def could_be_measure(text: str) -> bool:
    """Tell whether a text is a number with a unit behind it."""
    return bool((found := _split(text)) and found[2])


def _split(text: str) -> tuple[str, bool, str] | None:
    """Return number, whether a blank follows, and unit ("" for none); None for any other text."""
    if len(text) > _LONGEST or not (match := _MEASURED.fullmatch(text)) or text[-1] in CURRENCIES:
        return None
    return match["number"], bool(match["blank"]), match["unit"] or ""


def _plain(unit: str) -> str:
    """Return the unit without a plural's s and an abbreviation's point: 1 room and 2 rooms have one unit."""
    bare = unit.rstrip(".")
    return bare.removesuffix("s") if len(bare) > 3 else bare


def read_measures(
    counts: Mapping[str, int], delimiter: str = ",", file_decimal: str = "", watch: Watch = no_watch
) -> Reading | MixedUnits | None:
    """Read a column's different texts as numbers with one unit.

    Parameters
    ----------
    counts, delimiter, file_decimal, watch
        As for ``numbers.read_numbers``.

    Returns
    -------
    Reading, MixedUnits or None
        None if the texts are no numbers with units, or may be codes.
    """
    probe = spread(counts, _PROBE)
    if sum(map(could_be_measure, probe)) * 2 < len(probe):
        return None
    parts = {text: found for text in watched(counts, watch) if (found := _split(text)) is not None}
    total = sum(counts.values())
    weights: dict[str, int] = {}
    shown: dict[str, str] = {}
    for text, (_, _, unit) in watched(parts.items(), watch):
        plain = _plain(unit)
        weights[plain] = weights.get(plain, 0) + counts[text]
        shown.setdefault(plain, unit)
    common = max(weights, key=lambda plain: weights[plain])
    measured = {text: found for text, found in watched(parts.items(), watch) if _plain(found[2]) == common}
    strays = total - weights[common]
    if common and (strays == 0 or (total >= 100 and strays <= 0.01 * total)) and _is_unit(shown[common], measured):
        return _read(counts, measured, shown[common], delimiter, file_decimal, watch)
    known = [plain for plain in weights if not plain or _is_known(shown[plain])]
    if len(known) > 1 and sum(weights[plain] for plain in known) >= _MOSTLY * total and len(known) <= _MOST_UNITS:
        return MixedUnits(tuple(shown[plain] for plain in sorted(known, key=lambda plain: -weights[plain])))
    return None


def _is_known(unit: str) -> bool:
    return unit.casefold().rstrip(".") in _KNOWN or unit in _SMALL or unit in _CAPITAL


def _is_unit(unit: str, measured: Mapping[str, tuple[str, bool, str]]) -> bool:
    """Tell whether what stands behind every number is a unit and not the letter of a code.

    A known unit is one; any word is where the numbers have decimals, or, in small letters, where a blank parts the two.
    """
    if unit.casefold() in _NO_UNITS - _SMALL or (len(unit) == 1 and not unit.islower() and unit not in _CAPITAL):
        return False
    numbers = {number for number, _, _ in measured.values()}
    spaced = all(blank for _, blank, _ in measured.values())
    decimals = any(re.search(r"\d[.,]\d", number) for number in numbers)
    if _is_known(unit):
        return len(unit) > 1 or unit in _SMALL or spaced or decimals
    if len(unit) < 2:
        return False
    return decimals or (spaced and unit[:1].islower() and len(numbers) > 1)


def _read(
    counts: Mapping[str, int],
    measured: Mapping[str, tuple[str, bool, str]],
    unit: str,
    delimiter: str,
    file_decimal: str,
    watch: Watch,
) -> Reading | None:
    weights: dict[str, int] = {}
    for text, (number, _, _) in watched(measured.items(), watch):
        weights[number] = weights.get(number, 0) + counts[text]
    found = read_numbers(weights, delimiter, file_decimal, watch=watch)
    if found is None or found.bad or found.unit or (found.whole and has_leading_zeros(found.values)):
        return None
    values = {text: found.values[number] for text, (number, _, _) in watched(measured.items(), watch)}
    bad = commonest_first([text for text in watched(counts, watch) if text not in values], counts)
    return replace(found, values=values, bad=tuple(bad), unit=unit, measured=True)
