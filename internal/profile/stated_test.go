package profile_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset/synthetic"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

var today = match.NewDay(matchtest.Today, taxonomy.ShippedRates())

// records are an organization's, as they are stored.
type records struct {
	organization *maecenasv1.Organization
	canvas       *maecenasv1.Canvas
	need         *maecenasv1.Need
}

func (r records) clone() records {
	return records{proto.CloneOf(r.organization), proto.CloneOf(r.canvas), proto.CloneOf(r.need)}
}

// row is what the index holds of the need.
func (r records) row() *match.Need {
	return profile.Profile{Organization: r.organization, Canvas: r.canvas}.Disclose(today.Rates, today.Date).Row(r.need)
}

var population = sync.OnceValue(func() []records {
	byName := map[string]*records{}
	for record := range synthetic.Records(synthetic.Options{Seed: 11, Organizations: 40}) {
		switch {
		case record.GetOrganization() != nil:
			byName[record.GetOrganization().GetName()] = &records{organization: record.GetOrganization()}
		case record.GetCanvas() != nil:
			byName[strings.TrimSuffix(record.GetCanvas().GetName(), "/canvas")].canvas = record.GetCanvas()
		case record.GetNeed() != nil:
			name, _, _ := strings.Cut(record.GetNeed().GetName(), "/needs/")
			byName[name].need = record.GetNeed()
		}
	}
	var list []records
	for _, r := range byName {
		if r.canvas != nil && r.need != nil {
			list = append(list, *r)
		}
	}
	slices.SortFunc(list, func(a, b records) int { return strings.Compare(a.need.GetName(), b.need.GetName()) })
	return list
})

// fact is a fact that is stated, and how to take it back.
type fact struct {
	path    string
	unstate func()
}

// wishes are what is wished or decided, not known.
var wishes = []protoreflect.Name{"terms", "disclosure", "evidence", "wanted_support", "contests", "state_aid", "prior_funding", "secured"}

// facts lists the facts of a record that can be unset: numbers whose presence is told,
// and enums, but for those that say what kind of thing an item is.
func facts(path string, m protoreflect.Message) (list []fact) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		at := path + "." + string(field.Name())
		switch {
		case field.IsMap() || slices.Contains(wishes, field.Name()):
		case field.IsList() && field.Message() != nil:
			for i := range v.List().Len() {
				list = append(list, facts(at, v.List().Get(i).Message())...)
			}
		case field.Message() != nil:
			if field.Message().FullName().Parent() == "maecenas.v1" || field.Message().FullName().Parent().Parent() == "maecenas.v1" {
				list = append(list, facts(at, v.Message())...)
			}
		case field.HasPresence() && field.ContainingOneof().IsSynthetic() || at == "need.stage":
			list = append(list, fact{at, func() { m.Clear(field) }})
		}
		return true
	})
	return list
}

// TestStatingAFact: from the stored records to the match, stating a fact of the
// organization, of its canvas or of its need never lowers the score of any match nor
// raises its potential, and leaves every must-have that was answered.
func TestStatingAFact(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		stated := rapid.SampledFrom(population()).Draw(t, "records").clone()
		for range rapid.IntRange(0, 4).Draw(t, "unset besides") {
			rapid.SampledFrom(stated.facts()).Draw(t, "fact").unstate()
		}
		unset := stated.clone()
		one := rapid.SampledFrom(unset.facts()).Draw(t, "stated")
		one.unstate()
		plan := match.NewMandate(matchtest.Draw{T: t}.Mandate(0, 0)).On(today)
		never(t, one.path, plan.Explain(unset.row()), plan.Explain(stated.row()))
		mu.Lock()
		defer mu.Unlock()
		seen[one.path] = true
	})
	if len(seen) < 15 {
		t.Errorf("stated were only %v", seen)
	}
}

func (r records) facts() []fact {
	return slices.Concat(facts("organization", r.organization.ProtoReflect()), facts("canvas", r.canvas.ProtoReflect()), facts("need", r.need.ProtoReflect()))
}

// TestShowingAGroup: nor does showing a group of facts to investors.
func TestShowingAGroup(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shown := rapid.SampledFrom(population()).Draw(t, "records").clone()
		visibility := func() maecenasv1.Organization_Visibility {
			return rapid.SampledFrom([]maecenasv1.Organization_Visibility{maecenasv1.Organization_ON_INTRODUCTION, maecenasv1.Organization_TO_INVESTORS}).Draw(t, "visibility")
		}
		shown.organization.Disclosure = &maecenasv1.Organization_Disclosure{
			Canvas: visibility(), Traction: visibility(), Financials: visibility(), Team: visibility(), FundingHistory: visibility(),
		}
		kept := shown.clone()
		// Terms are wishes: to show one may lift a match or not.
		d := shown.organization.Disclosure
		groups := map[string]*maecenasv1.Organization_Visibility{"canvas": &d.Canvas, "traction": &d.Traction, "financials": &d.Financials, "team": &d.Team}
		group := rapid.SampledFrom([]string{"canvas", "traction", "financials", "team"}).Draw(t, "group")
		*groups[group] = maecenasv1.Organization_TO_INVESTORS
		plan := match.NewMandate(matchtest.Draw{T: t}.Mandate(0, 0)).On(today)
		never(t, group, plan.Explain(kept.row()), plan.Explain(shown.row()))
	})
}

// never reports what knowing more must never do.
func never(t *rapid.T, what string, before, after *maecenasv1.Match) {
	t.Helper()
	if after.GetScore() < before.GetScore() || after.GetPotential() > before.GetPotential() {
		t.Errorf("%s moves %d..%d to %d..%d", what, before.GetScore(), before.GetPotential(), after.GetScore(), after.GetPotential())
	}
	for i, r := range before.GetRequirements() {
		if now := after.GetRequirements()[i]; r.GetResult() != maecenasv1.RequirementResult_UNKNOWN && now.GetResult() != r.GetResult() {
			t.Errorf("%s moves %s from %v to %v", what, r.GetCode(), r.GetResult(), now.GetResult())
		}
	}
}
