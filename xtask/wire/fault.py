"""What is wrong with a request."""

import re
from dataclasses import dataclass
from typing import Any

# Values longer than this are cut in messages.
SHOWN = 160


@dataclass(frozen=True)
class Fault:
    """One thing that AWS would refuse, or that would never have its effect."""

    # The member as a path, such as `Tags[0].Key`; empty for the request as a whole.
    where: str
    # `unreadable`, `unknown`, `required`, `type`, `enum`, `length`, `range`, `pattern`, `union`, `rule` or
    # `policy`.
    kind: str
    # What is right.
    says: str
    # What was sent; None where the model calls it sensitive.
    value: Any = None
    # The document that says so; None where the operation's own page does.
    source: str | None = None

    @property
    def member(self) -> str:
        """The member without the numbers of items."""
        return re.sub(r"\[\d+\]", "[]", self.where)

    def __str__(self) -> str:
        value = repr(self.value)
        value = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
        return f"{self.where or 'the request'} = {value}: {self.says} ({self.kind})"
