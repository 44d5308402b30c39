"""Holds parameters against the shapes of a service's model."""

import functools
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from fault import Fault

# What Java's regular expressions call a class of characters, as Python writes it between brackets.
CLASSES = {
    "L": r"A-Za-zÀ-ÖØ-öø-ͽͿ-῿Ⰰ-퟿豈-﷏ﷰ-�",
    "Alnum": "A-Za-z0-9",
    "Alpha": "A-Za-z",
    "ASCII": r"\x00-\x7f",
    "Digit": r"\d",
    "Graph": "!-~",
    "IsAlphabetic": r"A-Za-zÀ-ÖØ-öø-ͽͿ-῿Ⰰ-퟿豈-﷏ﷰ-�",
    "LD": r"A-Za-z0-9À-ÖØ-öø-ͽͿ-῿Ⰰ-퟿豈-﷏ﷰ-�",
    "M": r"̀-ͯ",
    "N": r"\d",
    "P": r"!-#%-*,-/:;?@\[-\]_{}",
    "Print": " -~",
    "S": r"$+<=>^`|~",
    "Z": r"\s",
}

# How Java writes all characters that don't fit into 16 bits.
BEYOND_16_BITS = r"\uD800\uDC00-\uDBFF\uDFFF"


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a model, which is one of Java."""
    pattern = pattern.replace(BEYOND_16_BITS, r"\U00010000-\U0010ffff")
    python, inside, n = "", False, 0
    while n < len(pattern):
        if named := re.match(r"\\p\{(\w+)\}", pattern[n:]):
            characters = CLASSES[named[1]]
            python += characters if inside else f"[{characters}]"
            n += named.end()
            continue
        if pattern[n] == "\\":
            python += pattern[n : n + 2]
            n += 2
            # After a class a dash is a character, which Python wants to be told.
            if inside and python[-1] in "dswDSW" and pattern[n : n + 1] == "-":
                python += r"\-"
                n += 1
            continue
        inside = pattern[n] == "[" or inside and pattern[n] != "]"
        python += pattern[n]
        n += 1
    return re.compile(python)


def judge(shape: Shape, value: Any, where: str = "") -> Iterator[Fault]:
    """What the model says against a value."""
    meta = shape.metadata
    shown = None if meta.get("sensitive") else value

    def fault(kind: str, says: str) -> Fault:
        return Fault(where, kind, says, shown)

    def within(number: float, kind: str, unit: str) -> Iterator[Fault]:
        low, high = meta.get("min"), meta.get("max")
        if (low is not None and number < float(low)) or (high is not None and number > float(high)):
            yield fault(kind, f"{number}{unit}, where {low} to {high} may be")

    match shape.type_name:
        case "structure":
            yield from structure(shape, value, where)
        case "list" if isinstance(shape, ListShape) and isinstance(value, list):
            yield from within(len(value), "length", " items")
            for n, item in enumerate(value):
                yield from judge(shape.member, item, f"{where}[{n}]")
        case "map" if isinstance(shape, MapShape) and isinstance(value, dict):
            yield from within(len(value), "length", " entries")
            for key, item in value.items():
                yield from judge(shape.key, key, f"{where}.{key} (the key)")
                yield from judge(shape.value, item, f"{where}.{key}")
        case "string" if isinstance(value, str):
            yield from within(len(value), "length", " characters")
            if shape.enum and value not in shape.enum:
                yield fault("enum", f"one of {', '.join(shape.enum)}")
            pattern = meta.get("pattern")
            if pattern and not compiled(pattern).fullmatch(value):
                yield fault("pattern", f"it must match {pattern}")
        case "integer" | "long" if isinstance(value, int) and not isinstance(value, bool):
            yield from within(value, "range", "")
        case "float" | "double" if isinstance(value, int | float) and not isinstance(value, bool):
            yield from within(value, "range", "")
        case "boolean" if isinstance(value, bool):
            pass
        case "blob" if isinstance(value, bytes):
            yield from within(len(value), "length", " bytes")
        case "timestamp" if isinstance(value, int | float | str) and not isinstance(value, bool):
            pass
        case _ if value is None:
            # Text that is none of the type: whoever read it said so.
            pass
        case wanted:
            yield fault("type", f"{wanted} wanted")


def structure(shape: StructureShape, value: Any, where: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "type", "structure wanted", value)
        return
    for name in shape.required_members:
        if name not in value:
            yield Fault(f"{where}.{name}".lstrip("."), "required", "it must be there")
    if shape.is_tagged_union and len(value) != 1:
        yield Fault(where, "union", "exactly one member must be there", sorted(value))
    for name, item in value.items():
        yield from judge(shape.members[name], item, f"{where}.{name}".lstrip("."))
