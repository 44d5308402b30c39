"""All that is said about one request."""

from typing import Any

import policies
import protocol
import rules
import shapes
from fault import Fault


def of(line: dict[str, Any]) -> tuple[protocol.Request | None, list[Fault]]:
    """A line of a recording as a request, if it can be read, and what is wrong with it."""
    try:
        request = protocol.read(line)
    except protocol.Unreadable as error:
        return None, [Fault("", "unreadable", str(error), f"{line['method']} {line['target']}")]
    faults = list(request.faults)
    shape = request.operation.input_shape
    if shape is not None:
        faults += shapes.judge(shape, request.parameters)
    # Rules and policies are about values, which must have their types.
    if not any(fault.kind in ("type", "required") for fault in faults):
        faults += rules.judge(request)
        faults += policies.judge(request.action, request.parameters)
    return request, faults
