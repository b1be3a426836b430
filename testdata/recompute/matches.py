"""Works a mandate's ranking out from the published policy and what both sides state.

Weights, sums, contributions and order are worked out for every match. Values are worked
out where their inputs are numbers or lists that both sides state: SECTOR and PLACE look
into code lists that stand elsewhere, TERMS into bounds that may be kept back, and what
was learned into the deals of others; their values are taken from the explanation.
"""

import hashlib
from fractions import Fraction

from exact import FULL, apportion, half_up, number, on_line, parameters

ANYTHING = (0, FULL)
STAGES = ["PRE_SEED", "SEED", "EARLY", "GROWTH", "EXPANSION", "ESTABLISHED"]
ORDER = ["ELIGIBLE", "CONDITIONAL"]
WHOLE_RATIO = "1"


class Ranking:
    """A page of a ranking, with what it was made of."""

    def __init__(self, rubric, policy, case):
        self.policy, self.case = policy, case
        self.terms = {t["term"]: t for t in policy["terms"]}
        self.dimension_weights = {d["dimension"]: d["weight"] for d in rubric["dimensions"]}
        self.mandate = case["mandate"]
        self.rates = {r["currencyCode"]: Fraction(r["unitsPerEuro"]) for r in case["rates"]}
        self.rates["EUR"] = Fraction(WHOLE_RATIO)

    def figures(self):
        """Pairs of what was worked out and what was answered, with where that stands."""
        keys = []
        for i, match in enumerate(self.case["answer"]["matches"]):
            yield from self.match(match, f"matches[{i}]")
            total = sum(t["weight"] * t["score"] for t in match["terms"])
            text = f"{match['need']}\n{match['mandate']}".encode()
            keys.append((ORDER.index(match["eligibility"]), -total, hashlib.sha256(text).digest()[:8]))
        yield "the order of the matches", sorted(keys), keys

    def match(self, match, path):
        lines = {t["term"]: t for t in match["terms"]}
        yield f"{path}: its terms", list(self.terms), [t["term"] for t in match["terms"]]
        learned = lines["ORDER"]["reason"]["code"] != "ORDER_NOT_LEARNED"
        for term, weight in self.weights(learned).items():
            yield f"{path}.{term}.weight", weight, lines[term]["weight"]
        for term, line in lines.items():
            value = self.value(term, line, match, learned)
            if value is not None:
                yield f"{path}.{term}: {line['reason']['code']}", value, (line["score"], line["potential"])
        whole = self.policy["wholeWeight"]
        parts = [Fraction(t["weight"] * t["score"], whole) for t in match["terms"]]
        score = half_up(sum(parts))
        contributions = dict(zip(lines, apportion(parts, score)))
        for term, part in contributions.items():
            yield f"{path}.{term}.contribution", part, lines[term]["contribution"]
        yield f"{path}.score", score, match["score"]
        yield f"{path}.potential", half_up(Fraction(sum(t["weight"] * t["potential"] for t in match["terms"]), whole)), match["potential"]
        yield f"{path}.fit", score - contributions["ACTIVITY"], match["fit"]

    # Weights.

    def weights(self, learned):
        """The weights of all terms, as they count."""
        wishes = [t["term"] for t in self.policy["terms"] if t["side"] == "INVESTOR"]
        stated = {t: Fraction(w) for t, w in (self.mandate.get("weights") or {}).items() if w > 0 and t in wishes}
        order = self.mandate.get("weightOrder") or []
        if not self.mandate.get("weights") and order:
            stated = {t: sum(Fraction(1, k) for k in range(i, len(order) + 1)) for i, t in enumerate(order, 1)}
        if not stated:
            types = {d["investorType"]: d["weights"] for d in self.policy["defaultWeights"]}
            stated = {t: Fraction(w) for t, w in types[self.case["investor"]["type"]].items()}
        if learned:
            numbers = self.policy["learning"]
            four = sum(stated.get(t, 0) for t in ("SECTOR", "PLACE", "STAGE", "TICKET"))
            stated["ORDER"] = four * Fraction(numbers["orderWeightNumerator"], numbers["orderWeightDenominator"])
        raw = [stated.get(t, Fraction(0)) for t in wishes]
        total = self.policy["investorWeight"]
        scaled = apportion([w * total / sum(raw) for w in raw], total)
        for i, weight in enumerate(raw):
            if weight > 0 and scaled[i] == 0:
                scaled[scaled.index(max(scaled))] -= self.policy["leastWeight"]
                scaled[i] = self.policy["leastWeight"]
        return dict(zip(wishes, scaled)) | self.policy["organizationWeights"] | {"ACTIVITY": self.policy["activityWeight"]}

    # Values, from the least to the most; None: the explanation does not give all inputs.

    def value(self, term, line, match, learned):
        neutral = (self.policy["neutralValue"],) * 2
        code = line["reason"]["code"]
        if code.endswith("_NO_WISH") or code == "ORDER_NOT_LEARNED":
            return neutral
        if learned and term in ("SECTOR", "PLACE", "STAGE", "TICKET", "ORDER"):
            return None
        need = self.case["needs"][match["need"]]
        organization = match["need"].split("/needs/")[0]
        record = self.case["organizations"][organization]
        if self.terms[term]["dimensions"]:
            return self.mean(self.terms[term]["dimensions"], self.case["assessments"][organization])
        wishes = self.mandate.get("preferences") or {}
        match term:
            case "STAGE":
                return self.stage(need.get("stage"), wishes.get("stages") or [])
            case "TICKET":
                return self.ticket(need)
            case "IMPACT":
                return self.part(wishes.get("impact") or [], "goal", record["sustainableDevelopmentGoals"])
            case "CLUSTER":
                return self.part(wishes.get("clusters") or [], "label", record["labels"])
            case "LANGUAGE":
                spoken = {part for tag in record["languages"] for part in (tag, tag.split("-")[0])}
                return self.part(wishes.get("languages") or [], "language", spoken)
            case "SUPPORT":
                wanted, offered = set(need["wantedSupport"]), set(self.mandate["offeredSupport"])
                return self.exactly(Fraction(FULL * len(wanted & offered), len(wanted))) if wanted else neutral
            case "DECISION_SPEED":
                weeks = number(self.mandate, "decisionWeeks")
                if not need["neededByDate"]:
                    return neutral
                return ANYTHING if weeks is None else self.at(term, weeks)
            case "ACTIVITY":
                return self.activity(code, line["reason"]["investor"])

    def exactly(self, value):
        return (half_up(value),) * 2

    def at(self, term, x):
        return self.exactly(on_line(self.terms[term]["points"], x))

    def mean(self, dimensions, assessment):
        rows = [d for d in assessment["dimensions"] if d["dimension"] in dimensions and d["status"] != "NOT_APPLICABLE"]
        weight = sum(self.dimension_weights[r["dimension"]] for r in rows)
        if not weight:
            return ANYTHING
        return tuple(half_up(Fraction(sum(self.dimension_weights[r["dimension"]] * r[end] for r in rows), weight)) for end in ("score", "potential"))

    def part(self, wishes, field, have):
        """The grades of what is there over all grades."""
        grades = {}
        for wish in wishes:
            grades[wish[field]] = max(grades.get(wish[field], 0), wish["grade"])
        if not have:
            return ANYTHING
        return self.exactly(Fraction(FULL * sum(g for w, g in grades.items() if w in have), sum(grades.values())))

    def stage(self, stage, wishes):
        grades = {w["stage"]: w["grade"] for w in wishes}
        part = Fraction(parameters(self.terms["STAGE"])["grade"], 100)

        def value(one):
            steps = min(abs(STAGES.index(one) - STAGES.index(listed)) for listed in grades)
            near = next(p["value"] for p in self.terms["STAGE"]["points"] if int(p["at"]) == steps)
            return half_up(grades.get(one, 0) * 100 * part + near * (1 - part))

        if stage in STAGES:
            return (value(stage),) * 2
        values = [value(one) for one in STAGES]
        return min(values), max(values)

    def ticket(self, need):
        common = [i for i in self.mandate["instruments"] if i["instrument"] in need["instruments"]]
        ends = [self.offer(need, offer) for offer in common]
        return tuple(max((e[end] for e in ends), default=0) for end in (0, 1))

    def offer(self, need, offer):
        least, most = number(need, "amountMin"), number(need, "amountMax")
        if least is None or most is None:
            return ANYTHING
        given_least, given_most = number(offer, "amountMin") or 0, number(offer, "amountMax") or 0
        if least:
            most = min(most, parameters(self.terms["TICKET"])["widest"] * least)
        ratio = Fraction(1)
        if given_least or given_most:
            if need["currencyCode"] == offer["currencyCode"]:
                rate = Fraction(1)
            elif need["currencyCode"] in self.rates and offer["currencyCode"] in self.rates:
                rate = self.rates[need["currencyCode"]] / self.rates[offer["currencyCode"]]
            else:
                return ANYTHING
            if most:
                ratio = max(ratio, given_least * rate / most)
            if given_most:
                ratio = max(ratio, least / (given_most * rate))
        return self.at("TICKET", ratio)

    def activity(self, code, companies):
        match code:
            case "ACTIVITY_CALL_WITH_BUDGET":
                return FULL, FULL
            case "ACTIVITY_BUDGET_SPENT":
                return 0, 0
            case "ACTIVITY_DEALS_OF_A_YEAR":
                return self.at("ACTIVITY", int(companies))
            case _:
                return ANYTHING
