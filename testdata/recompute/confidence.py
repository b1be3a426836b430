"""Works the confidence of an assessment out: how well its facts are supported on a day."""

import re
from fractions import Fraction

from exact import FULL, half_up, on_line, parameters


def confidence(rubric, organization, canvas, undisclosed, dimensions, date):
    """In hundredths of a percent; dimensions are the assessment's, with their status."""
    record = {"organization": organization or {}, "canvas": {} if undisclosed else canvas or {}}
    numbers = parameters(rubric)
    paths = {d["dimension"]: d["evidencePaths"] for d in rubric["dimensions"]}
    total = weights = 0
    for row in dimensions:
        if row["status"] == "NOT_APPLICABLE":
            continue
        weights += row["weight"]
        if row["status"] == "UNKNOWN":
            continue
        if not paths[row["dimension"]]:
            total += row["weight"]
            continue
        inputs = [e for path in paths[row["dimension"]] for e in evidence(record, path)]
        weakest = min((strength(rubric, numbers, e, date) for e in inputs), default=Fraction(numbers["noItems"], 100))
        total += row["weight"] * weakest
    return half_up(FULL * Fraction(total) / weights) if weights else 0


def evidence(record, path):
    """The evidence that a path leads to: of a message, also of one that is absent, or of
    the items of a list, all of them or those of which a field has a value."""
    name, items, field, value = re.fullmatch(r"([^\[]+)(\[(?:(\w+)=(\w+))?\])?", path).groups()
    for part in name.split("."):
        record = record.get(part) or ([] if items and part == name.split(".")[-1] else {})
    if not items:
        return [record.get("evidence") or {}]
    return [i.get("evidence") or {} for i in record if not field or i.get(field) == value]


def strength(rubric, numbers, one, date):
    """What one piece of evidence counts: its level's weight, times how much is left by age."""
    percent = {w["level"]: w["percent"] for w in rubric["evidenceWeights"]}
    weight = Fraction(percent.get(one.get("level"), min(percent.values())), 100)
    if not one.get("asOfDate"):
        return weight * Fraction(numbers["undated"], 100)
    age = next(s["anchors"] for s in rubric["scales"] if s["name"] == "evidenceAge")
    return weight * on_line(age, months(one["asOfDate"], date)) / FULL


def months(since, until):
    """Completed calendar months; a day to come is of age 0."""
    (y, m, d), (year, month, day) = (tuple(map(int, text.split("-"))) for text in (since, until))
    return max(0, 12 * (year - y) + month - m - (day < d))
