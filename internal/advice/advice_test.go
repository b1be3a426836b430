package advice_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/advice"
	"github.com/maecenas-cci/maecenas/internal/dataset/synthetic"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

var today = match.NewDay(matchtest.Today, taxonomy.ShippedRates())

// population are organizations with canvas and need, all facts that they have.
var population = sync.OnceValue(func() []advice.Facts {
	byName := map[string]*advice.Facts{}
	var order []string
	for record := range synthetic.Records(synthetic.Options{Seed: 3, Organizations: 40}) {
		switch {
		case record.GetOrganization() != nil:
			o := record.GetOrganization()
			byName[o.GetName()] = &advice.Facts{Organization: o}
			order = append(order, o.GetName())
		case record.GetCanvas() != nil:
			name, _, _ := strings.Cut(record.GetCanvas().GetName(), "/canvas")
			byName[name].Canvas = record.GetCanvas()
		case record.GetNeed() != nil:
			name, _, _ := strings.Cut(record.GetNeed().GetName(), "/needs/")
			byName[name].Need = record.GetNeed()
		}
	}
	var list []advice.Facts
	for _, name := range order {
		list = append(list, *byName[name])
	}
	return list
})

// row makes the row of a need as the index holds it.
func row(f advice.Facts) *match.Need {
	return profile.Profile{Organization: f.Organization, Canvas: f.Canvas}.Disclose(today.Rates, today.Date).Row(f.Need)
}

// clone is a copy of facts.
func clone(f advice.Facts) advice.Facts {
	return advice.Facts{Organization: proto.CloneOf(f.Organization), Canvas: proto.CloneOf(f.Canvas), Need: proto.CloneOf(f.Need)}
}

// forget unsets facts at random: scalars that tell presence, enums, and lists.
func forget(t *rapid.T, m protoreflect.Message) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case field.IsMap() || slices.Contains([]protoreflect.Name{"name", "id", "currency_code", "country_code", "instruments", "role", "kind", "segment_id"}, field.Name()):
		case field.IsList() && field.Message() != nil:
			for i := range v.List().Len() {
				forget(t, v.List().Get(i).Message())
			}
		case field.Message() != nil:
			forget(t, v.Message())
		case rapid.IntRange(0, 5).Draw(t, "forget") == 5 && field.Name() != "listed" && field.Name() != "state":
			m.Clear(field)
		}
		return true
	})
}

// drawQuestion draws a need of the population, with facts forgotten, and a mandate.
func drawQuestion(t *rapid.T) advice.Question {
	d := matchtest.Draw{T: t}
	f := clone(rapid.SampledFrom(population()).Draw(t, "facts"))
	for _, m := range []proto.Message{f.Organization, f.Need} {
		forget(t, m.ProtoReflect())
	}
	if f.Canvas != nil {
		forget(t, f.Canvas.ProtoReflect())
	}
	facts := d.Mandate(0, 0)
	facts.Mandate.Instruments = append(facts.Mandate.Instruments, &maecenasv1.InstrumentOffer{Instrument: f.Need.GetInstruments()[0]})
	return advice.Question{
		Facts: f, Mandate: facts.Mandate, Plan: match.NewMandate(facts).On(today), Row: row,
		Before: func(keys []match.Key) []int { return make([]int, len(keys)) },
	}
}

// key is the place in the ranking of the match as facts have it.
func key(q *advice.Question, f advice.Facts) (match.Key, match.Sum) {
	n := row(f)
	e, _ := q.Plan.Gate(n)
	sum := q.Plan.Score(n)
	return match.Key{Eligibility: e, Value: sum.Low}, sum
}

// TestPromises: taking an improvement gives exactly what it promised, and any answer
// to a question no less.
func TestPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		before := clone(q.Facts)
		list := advice.Improve(q)
		if diff := gocmp.Diff(before, q.Facts, protocmp.Transform()); diff != "" {
			t.Fatalf("the facts changed:\n%s", diff)
		}
		is, sum := key(&q, q.Facts)
		for _, one := range list {
			value, ok := advice.Value(one.GetProposed())
			if !ok {
				answers(t, &q, one)
				continue
			}
			taken := take(t, q.Facts, one, value)
			after, lifted := key(&q, taken)
			if gain := lifted.Score() - sum.Score(); gain != one.GetGain() || after.Eligibility != one.GetEligibility() {
				t.Errorf("%v gains %d and is %v", one, gain, after.Eligibility)
			}
			if after.CompareUntied(is) >= 0 {
				t.Errorf("%v lifts nothing", one)
			}
			honest(t, q.Facts, one)
		}
	})
}

// take makes an improvement.
func take(t *rapid.T, f advice.Facts, one *maecenasv1.MatchImprovement, value string) advice.Facts {
	f = clone(f)
	if f.Canvas == nil && strings.HasPrefix(one.GetPath(), "canvas.") {
		f.Canvas = &maecenasv1.Canvas{}
	}
	if one.GetPath() == "need.secured" {
		total, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Need.GetSecured() {
			total -= s.GetAmount()
		}
		f.Need.Secured = append(f.Need.Secured, &maecenasv1.Need_Secured{Amount: total})
		return f
	}
	if err := f.Put(one.GetPath(), value); err != nil {
		t.Fatalf("%v: %v", one, err)
	}
	return f
}

// answers draws an answer to a question, which adds no less than was promised.
func answers(t *rapid.T, q *advice.Question, one *maecenasv1.MatchImprovement) {
	var values []string
	switch one.GetPath() {
	case "need.stage":
		for s := maecenasv1.FundingStage_PRE_SEED; s <= maecenasv1.FundingStage_ESTABLISHED; s++ {
			values = append(values, s.String())
		}
	case "need.roundNumber", "need.amountMax":
		values = []string{strconv.Itoa(rapid.IntRange(1, 100).Draw(t, "answer"))}
	case "organization.place.regionCode":
		values = []string{"ITF4", "FR1"}
	default:
		return
	}
	_, sum := key(q, q.Facts)
	least, most := int32(10000), int32(-10000)
	for _, value := range values {
		f := clone(q.Facts)
		if err := f.Put(one.GetPath(), value); err != nil {
			t.Fatal(err)
		}
		_, after := key(q, f)
		least, most = min(least, after.Score()-sum.Score()), max(most, after.Score()-sum.Score())
	}
	if least < one.GetGain() {
		t.Errorf("%v: an answer adds %d", one, least)
	}
	if one.GetPath() == "need.stage" && !strings.Contains(one.GetProposed(), "adds "+strconv.Itoa(int(least))) {
		t.Errorf("%v: answers add %d to %d", one, least, most)
	}
}

// honest reports advice that is never given.
func honest(t *rapid.T, f advice.Facts, one *maecenasv1.MatchImprovement) {
	for _, never := range []string{
		"countryCode", "legalForm", "helixRole", "strength", "instruments", "terms.", "culturalDomains", "activities",
		"foundedDate", "sustainableDevelopmentGoals", "listed", "externalIds",
	} {
		if strings.Contains(one.GetPath(), never) {
			t.Errorf("%v is no honest advice", one)
		}
	}
	if one.GetPath() == "organization.traction.payingCustomers" {
		next := int64(10)
		for _, level := range []int64{3, 1} {
			if int64(f.Organization.GetTraction().GetPayingCustomers()) < level {
				next = level
			}
		}
		if value, _ := advice.Value(one.GetProposed()); value != strconv.FormatInt(next, 10) {
			t.Errorf("%v: the next level is at %d", one, next)
		}
	}
	kinds := map[maecenasv1.Improvement_Kind]bool{
		maecenasv1.Improvement_SHOW:  strings.HasPrefix(one.GetPath(), "organization.disclosure."),
		maecenasv1.Improvement_PROVE: strings.HasSuffix(one.GetPath(), ".evidence.level"),
		maecenasv1.Improvement_STATE: one.GetCurrent() == "",
		maecenasv1.Improvement_DO:    true,
	}
	if !kinds[one.GetKind()] {
		t.Errorf("%v is of another kind", one)
	}
}

// TestOrder: improvements come as the match would rank, each fact once, with the gains
// in rank that the ranking tells.
func TestOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuestion(t)
		var asked []match.Key
		q.Before = func(keys []match.Key) []int {
			asked = keys
			counts := make([]int, len(keys))
			for i, k := range keys {
				for j := range int64(20) {
					if (match.Key{Eligibility: match.Eligible, Value: j * 500_000}).CompareUntied(k) < 0 {
						counts[i]++
					}
				}
			}
			return counts
		}
		list := advice.Improve(q)
		if len(asked) != len(list)+1 || !slices.IsSortedFunc(asked[1:], match.Key.Compare) {
			t.Fatalf("asked for %d places of %d improvements: %v", len(asked), len(list), asked)
		}
		seen := map[string]bool{}
		for i, one := range list {
			if id := one.GetPath() + one.GetProposed(); seen[id] {
				t.Errorf("%v twice", one)
			} else {
				seen[id] = true
			}
			gain := 0
			for j := range int64(20) {
				k := match.Key{Eligibility: match.Eligible, Value: j * 500_000}
				if k.CompareUntied(asked[0]) < 0 && k.CompareUntied(asked[i+1]) >= 0 {
					gain++
				}
			}
			if int(one.GetRankGain()) != gain {
				t.Errorf("%v: the ranking tells %d", one, gain)
			}
		}
		if again := advice.Improve(q); !slices.EqualFunc(list, again, func(a, b *maecenasv1.MatchImprovement) bool { return proto.Equal(a, b) }) {
			t.Errorf("asked again:\n%v\n%v", list, again)
		}
	})
}

func BenchmarkImprove(b *testing.B) {
	f := population()[1]
	facts := match.MandateFacts{
		Investor: &maecenasv1.Investor{Type: maecenasv1.Investor_VENTURE_FUND},
		Mandate: &maecenasv1.Mandate{
			Name: "investors/i/mandates/m", Instruments: []*maecenasv1.InstrumentOffer{{Instrument: f.Need.GetInstruments()[0]}},
		},
	}
	q := advice.Question{
		Facts: f, Mandate: facts.Mandate, Plan: match.NewMandate(facts).On(today), Row: row,
		Before: func(keys []match.Key) []int { return make([]int, len(keys)) },
	}
	b.ReportAllocs()
	for b.Loop() {
		advice.Improve(q)
	}
}
