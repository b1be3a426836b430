#!/usr/bin/env python3
"""Works out again what a server published and answered, from its own JSON alone.

    recompute.py FOLDER

The folder holds rubric.json and rankingPolicy.json as GetRubric and GetRankingPolicy
serve them, and what was asked and answered:

    assessments/*.json   {organization, canvas, undisclosed, date, answer}
    rankings/*.json      {mandate, investor, rates, needs, organizations, assessments, answer}

It tells every figure that is another than the answer's, and ends with 1 where there is
one. It knows no weight, point or parameter of its own.
"""

import json
import sys
from pathlib import Path

from assessment import Assessment
from confidence import confidence
from matches import Ranking


def differences(want, got, path=""):
    """Where an answer has other values than were worked out."""
    if isinstance(want, dict):
        for key, value in want.items():
            yield from differences(value, (got or {}).get(key), f"{path}.{key}")
    elif isinstance(want, list):
        if len(want) != len(got or []):
            yield f"{path}: {len(got or [])} of them, worked out {len(want)}"
        for i, (value, other) in enumerate(zip(want, got or [])):
            yield from differences(value, other, f"{path}[{i}]")
    elif want != (got if got is not None else type(want)()):
        yield f"{path}: answered {got}, worked out {want}"


def assessment(rubric, case):
    undisclosed = case.get("undisclosed", False)
    figures = Assessment(rubric, case["organization"], case["canvas"], undisclosed).figures()
    figures["confidence"] = confidence(
        rubric, case["organization"], case["canvas"], undisclosed, figures["dimensions"], case["date"])
    return differences(figures, case["answer"])


def ranking(rubric, policy, case):
    for path, want, got in Ranking(rubric, policy, case).figures():
        yield from differences(want, got, path)


def main(folder):
    def read(path):
        return json.loads(path.read_text(encoding="utf-8"))

    rubric, policy = read(folder / "rubric.json"), read(folder / "rankingPolicy.json")
    wrong = counted = 0
    kinds = {
        "assessments": lambda case: assessment(rubric, case),
        "rankings": lambda case: ranking(rubric, policy, case),
    }
    for kind, work in kinds.items():
        files = sorted((folder / kind).glob("*.json"))
        for file in files:
            for text in work(read(file)):
                print(f"{kind}/{file.name}: {text}")
                wrong += 1
        print(f"{len(files)} {kind} worked out again")
        counted += len(files)
    return 1 if wrong or not counted else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
