"""Turns a recorded request back into an operation of a service and its parameters.

The protocols are those of https://smithy.io/2.0/aws/protocols/index.html that botocore's models name:
`json`, `query`, `ec2`, `rest-json` and `rest-xml`. What a request has and its operation's model doesn't is
a fault of the kind `unknown`.
"""

import base64
import binascii
import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import botocore.loaders
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from fault import Fault

# How botocore calls a service whose signing name, by which IAM names its actions too, is another.
MODELS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}

# What any request of any operation may have, however its model looks.
COMMON_FIELDS = {"Action", "Version"}
COMMON_QUERY = {"x-id"}
COMMON_HEADERS = re.compile(
    r"x-amz-(date|content-sha256|user-agent|target|trailer|decoded-content-length|security-token|api-version"
    r"|sdk-checksum-algorithm|checksum-.*)"
)


class Unreadable(Exception):
    """A request of which nothing can be made."""


@dataclass
class Request:
    """A request as its sender meant it."""

    service: str
    region: str
    operation: OperationModel
    parameters: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)

    @property
    def action(self) -> str:
        """The operation as IAM writes actions, but for those that IAM calls otherwise."""
        return f"{self.service}:{self.operation.name}"


@functools.cache
def model(service: str) -> ServiceModel:
    """The model of a service by its signing name."""
    name = MODELS.get(service, service)
    try:
        loaded = botocore.loaders.create_loader().load_service_model(name, "service-2")
    except botocore.exceptions.UnknownServiceError as error:
        raise Unreadable(f"botocore has no service `{name}`") from error
    return ServiceModel(loaded, name)


def read(line: dict[str, Any]) -> Request:
    """Reads one line of a recording."""
    service = model(line["service"])
    decoder = DECODERS[service.metadata["protocol"]](line, service)
    operation = decoder.operation
    parameters = decoder.parameters() if operation.input_shape is not None else {}
    return Request(line["service"], line["region"], operation, parameters, decoder.faults)


def the_operation(service: ServiceModel, name: str) -> OperationModel:
    if name not in service.operation_names:
        raise Unreadable(f"{service.service_name} has no operation `{name}`")
    return service.operation_model(name)


class Decoder:
    """What the protocols share: faults, and scalars that are written as text."""

    operation: OperationModel

    def __init__(self, line: dict[str, Any], service: ServiceModel) -> None:
        self.line = line
        self.service = service
        self.faults: list[Fault] = []
        self.operation = self.find_operation()

    def find_operation(self) -> OperationModel:
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def body(self) -> str:
        if self.line["body"] is None and self.line["length"]:
            raise Unreadable("its body isn't on record")
        return self.line["body"] or ""

    @property
    def headers(self) -> dict[str, str]:
        return self.line["headers"]

    def unknown(self, where: str, value: Any) -> None:
        self.faults.append(Fault(where, "unknown", "the model has no such member", value))

    def scalar(self, shape: Shape, text: str, where: str) -> Any:
        """A value that is written as text."""
        try:
            match shape.type_name:
                case "integer" | "long":
                    return int(text)
                case "float" | "double":
                    return float(text)
                case "boolean":
                    return {"true": True, "false": False}[text]
                case "blob":
                    return base64.b64decode(text, validate=True)
                case _:
                    return text
        except (ValueError, KeyError, binascii.Error):
            self.faults.append(Fault(where, "type", f"{shape.type_name} wanted", text))
            return None


class Json(Decoder):
    """The protocol `json`: the operation in a header, the parameters as JSON."""

    def find_operation(self) -> OperationModel:
        return the_operation(self.service, self.headers.get("x-amz-target", "").rpartition(".")[2])

    def parameters(self) -> dict[str, Any]:
        return self.document(self.operation.input_shape)

    def document(self, shape: Shape) -> Any:
        try:
            raw = json.loads(self.body or "{}")
        except ValueError as error:
            raise Unreadable(f"the body isn't JSON: {error}") from error
        return self.value(shape, raw, "")

    def value(self, shape: Shape, raw: Any, where: str) -> Any:
        """Types that don't fit are left as they are: the model's judge says so."""
        match shape, raw:
            case StructureShape(), dict():
                return self.structure(shape, raw, where)
            case ListShape(), list():
                return [self.value(shape.member, item, f"{where}[{n}]") for n, item in enumerate(raw)]
            case MapShape(), dict():
                return {key: self.value(shape.value, item, f"{where}.{key}") for key, item in raw.items()}
            case Shape(type_name="blob"), str():
                return self.scalar(shape, raw, where)
            case _:
                return raw

    def structure(self, shape: StructureShape, raw: dict[str, Any], where: str) -> dict[str, Any]:
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        values = {}
        for key, item in raw.items():
            place = f"{where}.{key}".lstrip(".")
            if key not in names:
                self.unknown(place, item)
            elif item is not None:
                values[names[key]] = self.value(shape.members[names[key]], item, place)
        return values


class Query(Decoder):
    """The protocol `query`: a form whose fields are paths, such as `Tags.member.1.Key`."""

    def find_operation(self) -> OperationModel:
        self.fields = dict(parse_qsl(self.body, keep_blank_values=True))
        return the_operation(self.service, self.fields.get("Action", ""))

    def parameters(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for name, value in self.fields.items():
            if name in COMMON_FIELDS:
                continue
            *parents, last = name.split(".")
            node = tree
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = value
        return self.value(self.operation.input_shape, tree, "")

    def name_of(self, name: str, member: Shape) -> str:
        if isinstance(member, ListShape) and member.serialization.get("flattened"):
            # The name of the items takes the place of the list's.
            return member.member.serialization.get("name") or member.serialization.get("name", name)
        return member.serialization.get("name", name)

    def items_of(self, shape: ListShape) -> str | None:
        """What stands between a list's name and its numbers."""
        return (
            None if shape.serialization.get("flattened") else shape.member.serialization.get("name", "member")
        )

    def value(self, shape: Shape, node: Any, where: str) -> Any:
        match shape, node:
            case StructureShape(), dict():
                return self.structure(shape, node, where)
            case ListShape(), "":
                return []
            case ListShape(), dict():
                items = self.step(node, self.items_of(shape), where)
                return [
                    self.value(shape.member, item, f"{where}[{n}]") for n, item in enumerate(numbered(items))
                ]
            case MapShape(), dict():
                entries = self.step(node, None if shape.serialization.get("flattened") else "entry", where)
                key, value = (
                    part.serialization.get("name", name)
                    for part, name in ((shape.key, "key"), (shape.value, "value"))
                )
                return {
                    entry[key]: self.value(shape.value, entry.get(value, ""), f"{where}.{entry[key]}")
                    for entry in numbered(entries)
                }
            case _, str():
                return self.scalar(shape, node, where)
            case _:
                self.faults.append(Fault(where, "type", f"{shape.type_name} wanted", node))
                return None

    def step(self, node: dict[str, Any], name: str | None, where: str) -> dict[str, Any]:
        if name is None:
            return node
        for other in node.keys() - {name}:
            self.unknown(f"{where}.{other}", node[other])
        return node.get(name, {})

    def structure(self, shape: StructureShape, node: dict[str, Any], where: str) -> dict[str, Any]:
        names = {self.name_of(name, member): name for name, member in shape.members.items()}
        values = {}
        for key, item in node.items():
            place = f"{where}.{key}".lstrip(".")
            if key in names:
                values[names[key]] = self.value(shape.members[names[key]], item, place)
            else:
                self.unknown(place, item)
        return values


class Ec2(Query):
    """The protocol `ec2`: as `query`, with names and lists of its own."""

    def name_of(self, name: str, member: Shape) -> str:
        if "queryName" in member.serialization:
            return member.serialization["queryName"]
        name = member.serialization.get("name", name)
        return name[:1].upper() + name[1:]

    def items_of(self, shape: ListShape) -> str | None:
        return None


def numbered(node: dict[str, Any]) -> list[Any]:
    """The items of a list whose keys are numbers."""
    return [node[key] for key in sorted(node, key=int)]


class Rest(Decoder):
    """What `rest-json` and `rest-xml` share: parameters in the path, in the query and in headers."""

    def find_operation(self) -> OperationModel:
        path, _, query = self.line["target"].partition("?")
        self.path, self.query = self.with_bucket(path), parse_qsl(query, keep_blank_values=True)
        candidates = list(self.candidates())
        if not candidates:
            raise Unreadable(f"no operation of {self.service.service_name} has this method and path")
        # The more of the request an operation asks for, the more it is this one.
        return max(candidates, key=lambda candidate: candidate[0])[1]

    def with_bucket(self, path: str) -> str:
        """The path with S3's bucket, which may stand in the host instead."""
        host = re.match(r"(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com", self.line.get("host") or "")
        return f"/{host[1]}{path}" if host and self.service.service_name == "s3" else path

    def candidates(self) -> Iterator[tuple[int, OperationModel]]:
        keys = {key for key, _ in self.query}
        for template in templates(self.service):
            if template.method != self.line["method"] or not template.path.fullmatch(self.path):
                continue
            if not all(pair in self.query if pair[1] else pair[0] in keys for pair in template.literals):
                continue
            wanted = template.required_query <= keys and template.required_headers <= self.headers.keys()
            if wanted:
                weight = (
                    len(template.literals) + len(template.required_query) + len(template.required_headers)
                )
                yield weight, self.service.operation_model(template.operation)

    def parameters(self) -> dict[str, Any]:
        shape = self.operation.input_shape
        template = next(t for t in templates(self.service) if t.operation == self.operation.name)
        labels = template.path.fullmatch(self.path)
        found = {name: unquote(labels[group]) for group, name in template.labels.items()}
        values: dict[str, Any] = {}
        query_names, header_names = {key for key, _ in template.literals} | COMMON_QUERY, set()
        for name, member in shape.members.items():
            on_wire = member.serialization.get("name", name)
            match member.serialization.get("location"):
                case "uri":
                    values[name] = self.scalar(member, found[on_wire], name)
                case "querystring":
                    query_names.add(on_wire)
                    texts = [text for key, text in self.query if key == on_wire]
                    if isinstance(member, ListShape) and texts:
                        values[name] = [self.scalar(member.member, text, name) for text in texts]
                    elif texts:
                        values[name] = self.scalar(member, texts[0], name)
                case "header":
                    header_names.add(on_wire.lower())
                    if (text := self.headers.get(on_wire.lower())) is None:
                        continue
                    if isinstance(member, ListShape):
                        values[name] = [
                            self.scalar(member.member, item.strip(), name) for item in text.split(",")
                        ]
                    else:
                        values[name] = self.scalar(member, text, name)
                case "headers":
                    prefix = on_wire.lower()
                    ours = {key for key in self.headers if key.startswith(prefix)}
                    header_names |= ours
                    values[name] = {key.removeprefix(prefix): self.headers[key] for key in ours}
        for key, text in self.query:
            if key not in query_names:
                self.unknown(f"query {key}", text)
        for key, text in self.headers.items():
            if key.startswith("x-amz-") and key not in header_names and not COMMON_HEADERS.fullmatch(key):
                self.unknown(f"header {key}", text)
        values.update(self.payload(shape))
        return values

    def payload(self, shape: StructureShape) -> dict[str, Any]:
        name = shape.serialization.get("payload")
        if name is None:
            return self.content(shape, "") if self.body else {}
        member = shape.members[name]
        if isinstance(member, StructureShape):
            return {name: self.content(member, name)} if self.body else {}
        if member.type_name == "blob":
            # Data, of which there is nothing to judge.
            return {name: b""} if self.line["length"] else {}
        return {name: self.body} if self.body else {}

    def content(self, shape: StructureShape, where: str) -> dict[str, Any]:
        raise NotImplementedError


class RestJson(Rest, Json):
    """The protocol `rest-json`."""

    def content(self, shape: StructureShape, where: str) -> dict[str, Any]:
        return self.document(shape)


class RestXml(Rest):
    """The protocol `rest-xml`."""

    def content(self, shape: StructureShape, where: str) -> dict[str, Any]:
        try:
            root = ElementTree.fromstring(self.body)
        except ElementTree.ParseError as error:
            raise Unreadable(f"the body isn't XML: {error}") from error
        return self.structure(shape, root, where)

    def structure(self, shape: StructureShape, node: ElementTree.Element, where: str) -> dict[str, Any]:
        names, attributes = {}, {}
        for name, member in shape.members.items():
            if member.serialization.get("xmlAttribute"):
                attributes[member.serialization["name"].rpartition(":")[2]] = name
            elif member.serialization.get("location") is None:
                flat = isinstance(member, ListShape) and member.serialization.get("flattened")
                on_wire = (
                    flat and member.member.serialization.get("name") or member.serialization.get("name", name)
                )
                names[on_wire] = name
        values: dict[str, Any] = {
            attributes[key]: text
            for key, text in ((bare(key), text) for key, text in node.items())
            if key in attributes
        }
        for child in node:
            tag = bare(child.tag)
            place = f"{where}.{tag}".lstrip(".")
            if tag not in names:
                self.unknown(place, child.text)
                continue
            name, member = names[tag], shape.members[names[tag]]
            if isinstance(member, ListShape) and member.serialization.get("flattened"):
                items = values.setdefault(name, [])
                items.append(self.value(member.member, child, f"{place}[{len(items)}]"))
            else:
                values[name] = self.value(member, child, place)
        return values

    def value(self, shape: Shape, node: ElementTree.Element, where: str) -> Any:
        match shape:
            case StructureShape():
                return self.structure(shape, node, where)
            case ListShape():
                wanted = shape.member.serialization.get("name", "member")
                for child in node:
                    if bare(child.tag) != wanted:
                        self.unknown(f"{where}.{bare(child.tag)}", child.text)
                return [self.value(shape.member, child, f"{where}[{n}]") for n, child in enumerate(node)]
            case _:
                return self.scalar(shape, node.text or "", where)


def bare(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


@dataclass(frozen=True)
class Template:
    """How an operation of a REST service is asked for."""

    operation: str
    method: str
    path: re.Pattern[str]
    # The names of the path's groups, and of what stands there.
    labels: dict[str, str]
    literals: tuple[tuple[str, str], ...]
    required_query: frozenset[str]
    required_headers: frozenset[str]


@functools.cache
def templates(service: ServiceModel) -> list[Template]:
    """The templates of a service's operations; those that were replaced by others look like them."""
    operations = (service.operation_model(name) for name in service.operation_names)
    return [template(operation) for operation in operations if not operation.deprecated]


def template(operation: OperationModel) -> Template:
    path, _, query = operation.http["requestUri"].partition("?")
    labels, pattern = {}, ""
    for n, part in enumerate(re.split(r"\{([^}]+)\}", path.rstrip("/"))):
        if n % 2 == 0:
            pattern += re.escape(part)
        else:
            labels[f"l{n}"] = part.rstrip("+")
            pattern += f"(?P<l{n}>{'.+' if part.endswith('+') else '[^/]+'})"
    members = operation.input_shape.members if operation.input_shape is not None else {}
    required = operation.input_shape.required_members if operation.input_shape is not None else []
    at = {"querystring": set(), "header": set()}
    for name in required:
        location = members[name].serialization.get("location")
        if location in at:
            at[location].add(members[name].serialization.get("name", name))
    return Template(
        operation.name,
        operation.http["method"],
        re.compile(f"{pattern}/?"),
        labels,
        tuple(parse_qsl(query, keep_blank_values=True)),
        frozenset(at["querystring"]),
        frozenset(name.lower() for name in at["header"]),
    )


DECODERS = {"json": Json, "query": Query, "ec2": Ec2, "rest-json": RestJson, "rest-xml": RestXml}
