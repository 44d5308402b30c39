"""Rules about requests of every service."""

from typing import Any

from rules.rule import DOCS, Rule

TAGS = (
    "Tags",
    "tags",
    "TagList",
    "TagsList",
    "Tagging.TagSet",
    "TagSpecifications[].Tags",
    "BackupVaultTags",
    "BackupPlanTags",
)


def tags(value: Any, _: str) -> bool:
    """Tags as lists of key and value under the names that services give them, or as a map."""

    def of(tag: dict[str, str], names: tuple[str, ...]) -> str:
        return next((tag[name] for name in names if name in tag), "")

    keys_are, values_are = ("Key", "key", "TagKey"), ("Value", "value", "TagValue")
    in_list = ((of(tag, keys_are), of(tag, values_are)) for tag in value if isinstance(tag, dict))
    pairs = list(value.items() if isinstance(value, dict) else in_list)
    keys = [key for key, _ in pairs]
    return (
        len(pairs) <= 50
        and len(keys) == len(set(keys))
        and all(1 <= len(key) <= 128 and not key.lower().startswith("aws:") for key in keys)
        and all(len(text or "") <= 256 for _, text in pairs)
    )


RULES = [
    *(
        Rule(
            ("*",),
            member,
            "at most 50 tags, each key once, of 1 to 128 characters and not `aws:`, values of at most 256",
            f"{DOCS}tag-editor/latest/userguide/best-practices-and-strats.html",
            tags,
            [{"Key": "a", "Value": "b"}],
            [{"Key": "aws:a", "Value": "b"}],
        )
        for member in TAGS
    ),
]
