package assess_test

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// maker draws inputs that the schema and Check accept, filled anywhere between
// nothing and everything.
type maker struct {
	t    *rapid.T
	fill int // percent of the facts that are stated
}

const today = "2026-02-28"

// drawInput draws an input with a canvas that is disclosed.
func drawInput(t *rapid.T) assess.Input {
	m := maker{t: t, fill: rapid.SampledFrom([]int{0, 20, 50, 80, 95, 100, 100}).Draw(t, "fill")}
	in := assess.Input{}
	if m.here() {
		in.Traction = &maecenasv1.Traction{
			Interviews:         m.i32(0, 3, 4, 5, 10, 1e9),
			LettersOfIntent:    m.i32(0, 1, 2),
			Pilots:             m.i32(0, 1, 2),
			PayingCustomers:    m.i32(0, 1, 2, 3, 9, 10, 1e9),
			RevenueGrowth12MBp: m.i32(-10000, 0, 1, 1e6),
			Evidence:           m.evidence(),
		}
	}
	if m.here() {
		in.Financials = &maecenasv1.Financials{
			CurrencyCode:        m.currency(),
			Cash:                m.signed(),
			MonthlyBurn:         m.signed(),
			Revenue12M:          m.amount(),
			Ebitda12M:           m.signed(),
			FullTimeEquivalents: m.i32(0, 10),
			BalanceSheetTotal:   m.amount(),
			Evidence:            m.evidence(),
		}
	}
	if m.here() {
		in.Team = &maecenasv1.Team{Evidence: m.evidence()}
		for range m.count(5) {
			in.Team.Members = append(in.Team.Members, &maecenasv1.Team_Member{
				Role: maecenasv1.Team_Member_Role(m.between(1, 5)), SectorYears: m.i32(0, 1, 4, 5, 9, 10, 60),
			})
		}
	}
	if m.here() {
		in.Canvas = m.canvas()
	}
	return in
}

func (m *maker) between(least, most int) int { return rapid.IntRange(least, most).Draw(m.t, "n") }

// here tells whether something is stated.
func (m *maker) here() bool {
	return m.fill == 100 || m.fill > 0 && m.between(1, 100) <= m.fill
}

// count draws a number of items, none where nothing is stated.
func (m *maker) count(most int) int {
	if !m.here() {
		return 0
	}
	return m.between(min(1, m.fill/50), most)
}

func (m *maker) i32(values ...int32) *int32 {
	if !m.here() {
		return nil
	}
	if m.between(0, 2) > 0 {
		return proto.Int32(rapid.SampledFrom(values).Draw(m.t, "i32"))
	}
	return proto.Int32(rapid.Int32Range(values[0], values[len(values)-1]).Draw(m.t, "i32"))
}

func (m *maker) i64(values ...int64) *int64 {
	if !m.here() {
		return nil
	}
	if m.between(0, 2) > 0 {
		return proto.Int64(rapid.SampledFrom(values).Draw(m.t, "i64"))
	}
	return proto.Int64(rapid.Int64Range(values[0], values[len(values)-1]).Draw(m.t, "i64"))
}

func (m *maker) amount() *int64 {
	return m.i64(0, 1, 2, 3, 7, 999, 20_000, 60_000, 1_000_000, 999_999_999_999, 1_000_000_000_000)
}

func (m *maker) signed() *int64 {
	return m.i64(-1_000_000_000_000, -50_000, -1, 0, 1, 999, 5_000, 12_000, 144_000, 1_000_000, 1_000_000_000_000)
}

func (m *maker) share() *int32 { return m.i32(0, 1, 3333, 5000, 9999, 10000) }

func (m *maker) currency() string {
	return rapid.SampledFrom([]string{"EUR", "EUR", "MAD"}).Draw(m.t, "currency")
}

func (m *maker) evidence() *maecenasv1.Evidence {
	if !m.here() {
		return nil
	}
	return &maecenasv1.Evidence{
		Level: maecenasv1.Evidence_Level(m.between(0, 3)),
		AsOfDate: rapid.SampledFrom([]string{
			"", "2026-02-28", "2026-03-01", "2025-02-28", "2025-01-31", "2024-02-29", "2024-01-28", "2024-01-29", "2023-02-28", "2020-12-31",
		}).Draw(m.t, "date"),
	}
}

// some draws some of the first n ids with a prefix.
func (m *maker) some(prefix string, n int) []string {
	var ids []string
	for i := range n {
		if m.fill == 100 && m.between(0, 9) > 0 || m.between(0, 1) == 0 {
			ids = append(ids, fmt.Sprintf("%s-%d", prefix, i))
		}
	}
	return ids
}

// one draws one of the first n ids with a prefix; n is above 0.
func (m *maker) one(prefix string, n int) string {
	return fmt.Sprintf("%s-%d", prefix, m.between(0, n-1))
}

func enumValue[E ~int32](m *maker, last E) E {
	if !m.here() {
		return 0
	}
	return E(m.between(1, int(last)))
}

func (m *maker) canvas() *maecenasv1.Canvas {
	c := &maecenasv1.Canvas{CurrencyCode: m.currency()}
	segments, propositions := m.count(4), m.count(3)
	for i := range segments {
		c.CustomerSegments = append(c.CustomerSegments, &maecenasv1.CustomerSegment{
			Id: fmt.Sprintf("seg-%d", i), Title: "Públic <&> \u2028\"", Payer: m.between(0, 1) == 1,
		})
	}
	for i := range propositions {
		c.ValuePropositions = append(c.ValuePropositions, &maecenasv1.ValueProposition{
			Id: fmt.Sprintf("vp-%d", i), SegmentIds: m.some("seg", segments),
		})
	}
	for i := range m.count(3) {
		c.Channels = append(c.Channels, &maecenasv1.Channel{Id: fmt.Sprintf("ch-%d", i), SegmentIds: m.some("seg", segments)})
	}
	for i := range m.count(3) {
		c.CustomerRelationships = append(c.CustomerRelationships, &maecenasv1.CustomerRelationship{
			Id: fmt.Sprintf("rel-%d", i), SegmentIds: m.some("seg", segments), Evidence: m.evidence(),
			CommitmentMonths: m.i32(0, 1, 11, 12, 13, 24, 36, 37, 1200),
		})
	}
	if segments > 0 {
		for i := range m.count(5) {
			c.RevenueStreams = append(c.RevenueStreams, m.stream(i, segments))
		}
	}
	m.work(c, propositions)
	m.money(c)
	return c
}

func (m *maker) stream(i, segments int) *maecenasv1.RevenueStream {
	return &maecenasv1.RevenueStream{
		Id: fmt.Sprintf("rev-%d", i), SegmentId: m.one("seg", segments), Evidence: m.evidence(),
		Kind:            maecenasv1.RevenueStream_Kind(m.between(1, 12)),
		AnnualAmount:    m.amount(),
		Recurrence:      enumValue(m, maecenasv1.RevenueStream_AUTOMATIC),
		PrepaidShareBp:  m.share(),
		TopPayerShareBp: m.i32(1, 2, 4999, 5000, 9999, 10000),
		Stage:           enumValue(m, maecenasv1.RevenueStream_ACTUAL),
	}
}

// work draws resources, activities and partnerships.
func (m *maker) work(c *maecenasv1.Canvas, propositions int) {
	for i := range m.count(3) {
		r := &maecenasv1.KeyResource{
			Id: fmt.Sprintf("res-%d", i), Kind: maecenasv1.KeyResource_Kind(m.between(1, 4)),
			ValuePropositionIds: m.some("vp", propositions), Evidence: m.evidence(),
		}
		for range m.count(3) {
			r.Rights = append(r.Rights, &maecenasv1.Right{Kind: maecenasv1.Right_Kind(m.between(1, 6)), OwnedShareBp: m.share()})
		}
		c.KeyResources = append(c.KeyResources, r)
	}
	left := int32(10000)
	for i := range m.count(4) {
		a := &maecenasv1.KeyActivity{
			Id: fmt.Sprintf("act-%d", i), ValuePropositionIds: m.some("vp", propositions), Evidence: m.evidence(),
			EffortShareBp: m.i32(0, 1, 2500, 3333, 10000),
			PerformedBy:   enumValue(m, maecenasv1.KeyActivity_VOLUNTEERS),
		}
		if a.EffortShareBp != nil {
			*a.EffortShareBp = min(*a.EffortShareBp, left)
			left -= *a.EffortShareBp
		}
		if m.between(0, 1) == 1 {
			a.CompensationPolicy = "a share of what comes in"
		}
		c.KeyActivities = append(c.KeyActivities, a)
	}
	for i := range m.count(2) {
		c.KeyPartnerships = append(c.KeyPartnerships, &maecenasv1.KeyPartnership{
			Id: fmt.Sprintf("par-%d", i), HelixRole: maecenasv1.Organization_COMPANY,
		})
	}
}

// money draws costs, unit economics and moats.
func (m *maker) money(c *maecenasv1.Canvas) {
	for i := range m.count(4) {
		item := &maecenasv1.CostItem{
			Id: fmt.Sprintf("cost-%d", i), Evidence: m.evidence(),
			AnnualAmount: m.amount(), Behaviour: enumValue(m, maecenasv1.CostItem_VARIABLE),
		}
		switch n := m.between(0, 2); {
		case n == 1 && len(c.KeyActivities) > 0:
			item.DriverId = m.one("act", len(c.KeyActivities))
		case n == 2 && len(c.KeyResources) > 0:
			item.DriverId = m.one("res", len(c.KeyResources))
		}
		c.CostItems = append(c.CostItems, item)
	}
	if m.here() {
		c.UnitEconomics = &maecenasv1.UnitEconomics{
			OwnUnitCostMicros:       m.i64(0, 1, 700_000, 999_999, 1_000_000, 1_030_000, 1_300_000, 1e18),
			BenchmarkUnitCostMicros: m.i64(0, 1, 3, 1_000_000, 999_999_999_999_999_999, 1e18),
			Evidence:                m.evidence(),
		}
		if m.between(0, 3) > 0 {
			c.UnitEconomics.BenchmarkSource = "trade survey"
		}
	}
	for range m.count(6) {
		c.Moats = append(c.Moats, &maecenasv1.Moat{
			Kind: maecenasv1.Moat_Kind(m.between(1, 7)), Strength: m.i32(0, 1, 2, 3, 4), Evidence: m.evidence(),
		})
	}
}

// clone copies an input.
func clone(in assess.Input) assess.Input {
	out := in
	if in.Traction != nil {
		out.Traction = proto.CloneOf(in.Traction)
	}
	if in.Financials != nil {
		out.Financials = proto.CloneOf(in.Financials)
	}
	if in.Team != nil {
		out.Team = proto.CloneOf(in.Team)
	}
	if in.Canvas != nil {
		out.Canvas = proto.CloneOf(in.Canvas)
	}
	return out
}
