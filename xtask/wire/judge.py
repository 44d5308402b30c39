"""`judge.py --sources DIRECTORY… [--whole] [--note FILE] DIRECTORY`: judges every request that tests sent.

DIRECTORY has the recordings (`*.jsonl`, see `crates/likeaws/src/recording.rs`). Each request is held
against botocore's model of its service (`shapes.py`), against documents of AWS (`rules`) and, where it
carries a policy, against the grammar of policies (`policies.py`). What handlers name and no test sent is
listed in `undriven.tsv`; `--whole` says that all tests ran, so that the list must be exact.

The conformance suite draws values whether or not a service takes them, and says of a request that it carries
such (`drawn`). Their faults are counted; they are no defects of a handler.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore

import actions
import judgement
import planted
from fault import Fault
from protocol import Request

HERE = Path(__file__).parent
# So many members of one kind of fault are shown.
SHOWN = 3


@dataclass
class Case:
    """Faults of one kind at one member of one action."""

    request: Request | None
    first: Fault
    sent: int = 0
    values: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass
class Results:
    sent: Counter[str] = field(default_factory=Counter)
    distinct: int = 0
    unclean: int = 0
    cases: dict[tuple[str, str, str], Case] = field(default_factory=dict)
    drawn: int = 0


def lines(directory: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The requests of all recordings, and where each stands."""
    for path in sorted(directory.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                yield f"{path.name}:{number}", json.loads(text)


def table(name: str, columns: int) -> dict[tuple[str, ...], str]:
    """A list of this directory: so many columns, and then the reason."""
    rows = {}
    for text in (HERE / name).read_text().splitlines():
        if text and not text.startswith("#"):
            *key, reason = text.split("\t")
            if len(key) != columns or not reason or tuple(key) in rows:
                sys.exit(f"{name}: `{text}` hasn't {columns} columns and a reason, or is there twice")
            rows[tuple(key)] = reason
    return rows


def judge(directory: Path) -> Results:
    results, seen = Results(), {}
    for place, line in lines(directory):
        body = line["body"] if line["body"] is not None else f"{line['length']} bytes"
        key = (line["service"], line["region"], line["method"], line["target"], body, str(headers(line)))
        if key not in seen:
            seen[key] = judgement.of(line)
        request, faults = seen[key]
        action = request.action if request else f"{line['service']}:?"
        results.sent[action] += 1
        if faults and line.get("drawn"):
            results.drawn += 1
            continue
        for fault in faults:
            kind = (action, fault.member, fault.kind)
            case = results.cases.setdefault(kind, Case(request, fault))
            case.sent += 1
            case.places.append(f"{place}, {line['from']}" if line.get("from") else place)
            if str(fault) not in case.values:
                case.values.append(str(fault))
        results.unclean += bool(faults)
    results.distinct = len(seen)
    return results


def headers(line: dict[str, Any]) -> list[tuple[str, str]]:
    """The headers that mean something for the operation."""
    beginnings = (
        "x-amz-target",
        "x-amz-copy",
        "x-amz-bucket",
        "x-amz-object",
        "x-amz-server",
        "x-amz-tagging",
        "if-",
    )
    return sorted((key, value) for key, value in line["headers"].items() if key.startswith(beginnings))


def tell(results: Results) -> None:
    """Prints what is wrong: action, member, value, what is right, who says so, and where it was sent."""
    for (action, _, _), case in sorted(results.cases.items()):
        print(f"\n{action}")
        for value in case.values[:SHOWN]:
            print(f"  {value}")
        if len(case.values) > SHOWN:
            print(f"  … and {len(case.values) - SHOWN} other values")
        print(f"  source: {source(case)}")
        print(f"  sent {case.sent} times: {'; '.join(case.places[:SHOWN])}")


def source(case: Case) -> str:
    if case.first.source or case.request is None:
        return case.first.source or "the service model"
    operation = case.request.operation
    page = (
        f"https://docs.aws.amazon.com/goto/WebAPI/{operation.service_model.metadata['uid']}/{operation.name}"
    )
    return f"botocore {botocore.__version__}, {page}"


def undriven(sources: list[Path], sent: set[str], whole: bool) -> tuple[int, list[str]]:
    """How many named actions no test drives, and what is wrong with the list of them."""
    listed = {action: reason for (action,), reason in table("undriven.tsv", 1).items()}
    named = set().union(*map(actions.named, sources))
    missing = {action for action in named if not actions.driven(action, sent)}
    wrong = [
        f"{action}: no handler names it any more; take it from undriven.tsv"
        for action in sorted(listed.keys() - named)
    ]
    wrong += [
        f"{action}: a test drives it; take it from undriven.tsv"
        for action in sorted((listed.keys() & named) - missing)
    ]
    if whole:
        wrong += [
            f"{action}: a handler names it and no test sends it; drive it by a subject or an edit of"
            " crates/aws-provider/tests/conformance, or say in undriven.tsv why that can't be"
            for action in sorted(missing - listed.keys())
        ]
    return len(missing), wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="Judges every request that tests sent.")
    parser.add_argument("recordings", type=Path)
    parser.add_argument(
        "--sources", type=Path, action="append", required=True, help="sources of what makes calls"
    )
    parser.add_argument("--whole", action="store_true", help="all tests ran: the lists must be exact")
    parser.add_argument("--note", type=Path, help="where a line for the table goes")
    arguments = parser.parse_args()

    if overlooked := list(planted.overlooked()):
        sys.exit("\n".join(["the judge can't be believed:", *overlooked]))
    results = judge(arguments.recordings)
    total = results.sent.total()
    if total == 0:
        sys.exit("no request is on record; run this step together with `unit`, `moto` and `localstack`")
    tell(results)
    missing, wrong = undriven(arguments.sources, set(results.sent), arguments.whole)
    for text in wrong:
        print(f"\n{text}")
    kinds = Counter(action.partition(":")[0] for action in results.sent)
    print(
        "\nactions of each service:",
        ", ".join(f"{service} {count}" for service, count in sorted(kinds.items())),
    )
    note = (
        f"{total} requests ({results.distinct} distinct), {len(results.sent)} actions;"
        f" {total - results.unclean - results.drawn} clean, {results.unclean} unclean,"
        f" {results.drawn} with drawn values that no service takes; {missing} named actions undriven"
    )
    print(note)
    if arguments.note:
        arguments.note.write_text(note)
    if results.cases or wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
