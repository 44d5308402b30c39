"""Rules of AWS Certificate Manager."""

from rules.rule import DOCS, Rule

RULES = [
    Rule(
        ("acm:RequestCertificate",),
        "DomainName",
        "at most 64 characters in the first name",
        f"{DOCS}acm/latest/APIReference/API_RequestCertificate.html",
        lambda value, _: len(value) <= 64,
        "example.org",
        f"{'a' * 60}.example.org",
    ),
]
