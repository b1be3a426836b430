"""Works an assessment out from the published rubric, an organization and its canvas.

All weights, points and other numbers come from the rubric's JSON; what stands here is
the structure that its formulas describe in words.
"""

from fractions import Fraction

from exact import FULL, apportion, half_up, number, on_line, parameters

UNKNOWN = (Fraction(0), Fraction(1))


class Assessment:
    """An assessment of facts, by a rubric; undisclosed: there may be a canvas, not shown."""

    def __init__(self, rubric, organization, canvas, undisclosed=False):
        self.rubric = rubric
        self.scales = {s["name"]: s["anchors"] for s in rubric["scales"]}
        self.dimensions = {d["dimension"]: d for d in rubric["dimensions"]}
        self.undisclosed = undisclosed
        self.record = {"organization": organization or {}, "canvas": {} if undisclosed else canvas or {}}
        self.streams = self.items("revenueStreams")
        amounts = [number(s, "annualAmount") for s in self.streams]
        self.total = sum(a or 0 for a in amounts)
        self.known = None not in amounts and self.total > 0

    # Facts and points.

    def items(self, block):
        return self.record["canvas"].get(block) or []

    def group(self, name):
        return self.record["organization"].get(name) or {}

    def points(self, dimension):
        return self.dimensions[dimension]["anchors"]

    def coded(self, anchors, code, item=None):
        """The value of an enum's value, as shares from least to most: that of the first
        point which names it and whose conditions hold."""
        for anchor in anchors:
            codes = anchor["codes"]
            named = code in codes if code else any(c.endswith("_UNSPECIFIED") for c in codes)
            if named and all(bool((item or {}).get(c["path"])) >= int(c["atLeast"]) for c in anchor["conditions"]):
                most = anchor.get("most")
                low = Fraction(anchor["value"], FULL)
                return low, low if most is None else Fraction(most, FULL)
        raise KeyError(f"no point for {code}")

    def share(self, dimension, least, most):
        """Both ends of a value on a dimension's line."""
        points = self.points(dimension)
        return on_line(points, least) / FULL, on_line(points, most) / FULL

    def bounds(self, dimension):
        """The least and the greatest input of a dimension's points."""
        at = [int(p["at"]) for p in self.points(dimension) if p.get("at") is not None]
        return min(at), max(at)

    # Sums over streams.

    def is_gift(self, stream):
        return self.coded(self.scales["gift"], stream["kind"])[0] == 1

    def stream_mean(self, value):
        if not self.streams:
            return UNKNOWN
        ends = []
        for stream in self.streams:
            proof = self.coded(self.scales["proofFactor"], stream.get("stage"))
            ends.append([v * p for v, p in zip(value(stream), proof)])
        if not self.known:
            return min(e[0] for e in ends), max(e[1] for e in ends)
        weights = [Fraction(number(s, "annualAmount"), self.total) for s in self.streams]
        return tuple(sum(w * e[end] for w, e in zip(weights, ends)) for end in (0, 1))

    def proof(self):
        return self.stream_mean(lambda _: (1, 1))

    # The dimensions: shares from the least to the most, or None where it does not apply.

    def switching_cost(self):
        least, most = self.bounds("SWITCHING_COST")

        def value(stream):
            if self.is_gift(stream):
                return 0, 0
            months = [number(r, "commitmentMonths") for r in self.items("customerRelationships")
                      if stream["segmentId"] in r.get("segmentIds", [])]
            low = max([m for m in months if m is not None], default=least)
            return self.share("SWITCHING_COST", low, most if not months or None in months else low)

        return self.stream_mean(value)

    def recurring_revenue(self):
        gift = Fraction(parameters(self.dimensions["RECURRING_REVENUE"])["giftMost"], FULL)

        def value(stream):
            ends = self.coded(self.points("RECURRING_REVENUE"), stream.get("recurrence"))
            return tuple(min(e, gift) for e in ends) if self.is_gift(stream) else ends

        return self.stream_mean(value)

    def earn_before_spend(self):
        return self.stream_mean(lambda stream: self.between("EARN_BEFORE_SPEND", number(stream, "prepaidShareBp")))

    def between(self, dimension, fact):
        least, most = self.bounds(dimension)
        return self.share(dimension, least if fact is None else fact, most if fact is None else fact)

    def cost_position(self):
        unit = self.record["canvas"].get("unitEconomics")
        own, benchmark = number(unit, "ownUnitCostMicros"), number(unit, "benchmarkUnitCostMicros")
        if own is None or not benchmark or not unit.get("benchmarkSource"):
            return UNKNOWN
        percent = 100 * (Fraction(own, benchmark) - 1)
        return self.share("COST_POSITION", percent, percent)

    def others_create_value(self):
        activities = self.items("keyActivities")
        if not activities:
            return UNKNOWN
        points = self.points("OTHERS_CREATE_VALUE")
        ends = [self.coded(points, a.get("performedBy"), a) for a in activities]
        efforts = [number(a, "effortShareBp") for a in activities]
        if None in efforts or not sum(efforts):
            return min(e[0] for e in ends), max(e[1] for e in ends)
        return tuple(sum(w * e[end] for w, e in zip(efforts, ends)) / sum(efforts) for end in (0, 1))

    def scalability(self):
        costs = [(number(c, "annualAmount"), self.coded(self.scales["costGrowth"], c.get("behaviour"))) for c in self.items("costItems")]
        if not self.known or not costs or any(amount is None for amount, _ in costs):
            return UNKNOWN
        earned = sum(number(s, "annualAmount") for s in self.streams if not self.is_gift(s))
        if not earned:
            return 0, 0
        load = [sum(amount * growth[end] for amount, growth in costs) for end in (0, 1)]
        low, high = self.proof()
        return low * max(0, 1 - load[1] / earned), high * max(0, 1 - load[0] / earned)

    def protection(self):
        least, most = self.bounds("PROTECTION")
        numbers = parameters(self.dimensions["PROTECTION"])
        kinds = {}
        for moat in self.items("moats"):
            strength = number(moat, "strength")
            low = least if strength is None else strength
            level = (moat.get("evidence") or {}).get("level")
            if self.coded(self.scales["documented"], level)[0] == 0:
                low = min(low, numbers["undocumentedStrength"])
            kinds.setdefault(moat["kind"], []).append((low, most if strength is None else strength))
        ends = []
        for end in (0, 1):
            values = [self.share("PROTECTION", s, s)[0] for s in (max(m[end] for m in moats) for moats in kinds.values())]
            open_part = Fraction(1)
            for value in sorted(values, reverse=True)[: numbers["kindsCounted"]]:
                open_part *= 1 - value
            ends.append(1 - open_part)
        return tuple(ends)

    def revenue_diversity(self):
        if not self.streams:
            return UNKNOWN
        segments = {}
        for stream in self.streams:
            segments.setdefault(stream["segmentId"], []).append(stream)
        if not self.known:
            return Fraction(0), 1 - Fraction(1, 2 * len(segments))
        proof, ends = self.proof(), []
        for end in (0, 1):
            concentration = Fraction(0)
            for streams in segments.values():
                amount = sum(number(s, "annualAmount") for s in streams)
                if amount:
                    unset = FULL if end == 0 else 0
                    shares = [number(s, "topPayerShareBp") for s in streams]
                    top = sum(number(s, "annualAmount") * Fraction(unset if t is None else t, FULL) for s, t in zip(streams, shares)) / amount
                    concentration += Fraction(amount, self.total) ** 2 * (1 + top) / 2
            ends.append(proof[end] * (1 - concentration))
        return tuple(ends)

    def market_evidence(self):
        low = high = None
        for level in sorted(self.points("MARKET_EVIDENCE"), key=lambda a: int(a["at"])):
            met = [self.meets(c) for c in level["conditions"]]
            if all(m is True for m in met):
                low = level["value"]
            if False not in met:
                high = level["value"]
        return Fraction(low, FULL), Fraction(high, FULL)

    def meets(self, condition):
        """True, False, or None where it is not known."""
        value = self.record
        *way, last = condition["path"].split(".")
        if way[0] == "canvas":
            return None if self.undisclosed else len(self.items(last)) >= int(condition["atLeast"])
        for name in way:
            value = value.get(name) or {}
        fact = number(value, last)
        return None if fact is None else fact >= int(condition["atLeast"])

    def financial_runway(self):
        cash, burn = number(self.group("financials"), "cash"), number(self.group("financials"), "monthlyBurn")
        if cash is None or burn is None:
            return UNKNOWN
        if cash <= 0 or burn <= 0:
            return (0, 0) if cash <= 0 else (1, 1)
        return self.share("FINANCIAL_RUNWAY", Fraction(cash, burn), Fraction(cash, burn))

    def operating_margin(self):
        revenue, ebitda = number(self.group("financials"), "revenue12m"), number(self.group("financials"), "ebitda12m")
        if revenue is None or ebitda is None:
            return UNKNOWN
        if revenue == 0:
            return 0, 0
        return self.share("OPERATING_MARGIN", Fraction(100 * ebitda, revenue), Fraction(100 * ebitda, revenue))

    def rights_control(self):
        resources = [r for r in self.items("keyResources") if r.get("kind") == "INTELLECTUAL"]
        if not resources and all(s["kind"] != "LICENSING" for s in self.streams):
            return None
        rights = [right for resource in resources for right in resource.get("rights", [])]
        if not rights:
            return UNKNOWN
        ends = [self.between("RIGHTS_CONTROL", number(r, "ownedShareBp")) for r in rights]
        return tuple(sum(e[end] for e in ends) / len(ends) for end in (0, 1))

    def team(self):
        members = self.group("team").get("members") or []
        if not members:
            return UNKNOWN
        points = self.points("TEAM")
        roles = {m.get("role") for m in members}
        covered = Fraction(sum(a["value"] for a in points if roles & set(a["codes"])), FULL)
        ends = []
        for unset in (0, parameters(self.dimensions["TEAM"])["mostYears"]):
            years = sorted(unset if number(m, "sectorYears") is None else number(m, "sectorYears") for m in members)
            median = Fraction(years[(len(years) - 1) // 2] + years[len(years) // 2], 2)
            ends.append(covered + on_line(points, median) / FULL)
        return tuple(ends)

    def coherence(self):
        def linked(block, field, item):
            return any(item["id"] in (i.get(field) or []) for i in self.items(block))

        links = []
        for segment in self.items("customerSegments"):
            links += [linked(b, "segmentIds", segment) for b in ("valuePropositions", "channels", "customerRelationships")]
            if segment.get("payer"):
                links.append(any(s["segmentId"] == segment["id"] for s in self.streams))
        for proposition in self.items("valuePropositions"):
            links += [linked(b, "valuePropositionIds", proposition) for b in ("keyActivities", "keyResources")]
        links += [bool(c.get("driverId")) for c in self.items("costItems")]
        return (Fraction(sum(links), len(links)),) * 2 if links else (0, 0)

    # The whole.

    def interval(self, dimension):
        """A dimension's shares; of a canvas that is not shown nothing is known."""
        reads_organization = any(p.startswith("organization.") for p in self.dimensions[dimension]["evidencePaths"])
        if self.undisclosed and not reads_organization:
            return UNKNOWN
        return getattr(self, dimension.lower())()

    def figures(self):
        """Everything that depends on no day, by the names of the API's JSON."""
        rows = []
        for name, dimension in self.dimensions.items():
            ends = self.interval(name)
            row = {"dimension": name, "weight": dimension["weight"], "status": "NOT_APPLICABLE"}
            if ends is not None:
                row["score"], row["potential"] = (half_up(FULL * e) for e in ends)
                row["status"] = "KNOWN" if row["score"] == row["potential"] else "PARTIAL"
                if (row["score"], row["potential"]) == (0, FULL):
                    row["status"] = "UNKNOWN"
            rows.append(row)
        counted = [r for r in rows if r["status"] != "NOT_APPLICABLE"]
        weight = sum(r["weight"] for r in counted)
        parts = [Fraction(r["weight"] * r["score"], weight) for r in counted]
        score = half_up(sum(parts))
        for row, part in zip(counted, apportion(parts, score)):
            row["contribution"] = part
        known = sum(r["weight"] for r in counted if r["status"] != "UNKNOWN")
        coverage = half_up(Fraction(FULL * known, weight))
        return {
            "dimensions": rows, "score": score, "coverage": coverage,
            "potential": half_up(Fraction(sum(r["weight"] * r["potential"] for r in counted), weight)),
            "status": "SUFFICIENT" if coverage >= self.rubric["sufficientCoverage"] else "INSUFFICIENT",
        }
