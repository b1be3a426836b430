package dataset_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// coverage is what occurs in the demo data.
type coverage struct {
	kinds        map[dataset.Kind]int
	domains      map[maecenasv1.Organization_CulturalDomain]int
	types        map[maecenasv1.Investor_Type]int
	requirements map[string]int
	openNeeds    int
	openMandates int
	puglia       int
	hidden       int
	depth        int
}

func cover(records []*maecenasv1.Record) coverage {
	c := coverage{
		kinds: map[dataset.Kind]int{}, domains: map[maecenasv1.Organization_CulturalDomain]int{},
		types: map[maecenasv1.Investor_Type]int{}, requirements: map[string]int{},
	}
	for _, r := range records {
		c.kinds[dataset.KindOf(r)]++
		for _, d := range r.GetOrganization().GetCulturalDomains() {
			c.domains[d]++
		}
		if o := r.GetOrganization(); o != nil {
			if code := o.GetPlace().GetRegionCode(); len(code) >= 4 && code[:4] == "ITF4" {
				c.puglia++
			}
			if o.GetDisclosure().GetFinancials() == maecenasv1.Organization_ON_INTRODUCTION {
				c.hidden++
			}
		}
		if r.GetNeed().GetState() == maecenasv1.Need_OPEN {
			c.openNeeds++
		}
		if i := r.GetInvestor(); i != nil {
			c.types[i.GetType()]++
		}
		if m := r.GetMandate(); m != nil {
			if m.GetOpenDate() <= demo.Day && (m.GetCloseDate() == "" || demo.Day <= m.GetCloseDate()) {
				c.openMandates++
			}
			for _, q := range m.GetRequirements() {
				c.require(q, 1)
			}
		}
	}
	return c
}

func (c *coverage) require(r *maecenasv1.Requirement, depth int) {
	c.depth = max(c.depth, depth)
	m := r.ProtoReflect()
	rule := m.WhichOneof(m.Descriptor().Oneofs().ByName("rule"))
	c.requirements[string(rule.Name())]++
	for _, list := range []*maecenasv1.Requirement_List{r.GetAll(), r.GetAny()} {
		for _, q := range list.GetRequirements() {
			c.require(q, depth+1)
		}
	}
	if q := r.GetNot(); q != nil {
		c.require(q, depth+1)
	}
}

func TestDemoShowsEverything(t *testing.T) {
	t.Parallel()
	c := cover(demoRecords(t))
	for kind, least := range map[dataset.Kind]int{
		dataset.KindOrganization: 40, dataset.KindCanvas: 35, dataset.KindNeed: 50,
		dataset.KindInvestor: 14, dataset.KindMandate: 20, dataset.KindDeal: 80,
	} {
		if c.kinds[kind] < least {
			t.Errorf("%d of kind %s, want at least %d", c.kinds[kind], kind, least)
		}
	}
	if len(c.domains) != 10 {
		t.Errorf("%d of ten cultural domains", len(c.domains))
	}
	if len(c.types) != 9 {
		t.Errorf("%d of nine types of investor", len(c.types))
	}
	rules := (&maecenasv1.Requirement{}).ProtoReflect().Descriptor().Oneofs().ByName("rule").Fields()
	for i := range rules.Len() {
		if name := string(rules.Get(i).Name()); c.requirements[name] == 0 {
			t.Errorf("no requirement of kind %s", name)
		}
	}
	if c.depth > 4 {
		t.Errorf("requirements nest %d deep", c.depth)
	}
	if c.openNeeds < 40 || c.openMandates < 18 || c.puglia < 12 || c.hidden < 2 {
		t.Errorf("%d open needs, %d open mandates, %d in Puglia, %d who hide financials", c.openNeeds, c.openMandates, c.puglia, c.hidden)
	}
}

// TestDemoIsLoadedAnew: nobody changes what another reader sees.
func TestDemoIsLoadedAnew(t *testing.T) {
	t.Parallel()
	one, two := demoRecords(t), demoRecords(t)
	for i := range one {
		if one[i] == two[i] || !proto.Equal(one[i], two[i]) {
			t.Fatalf("record %d is shared or differs", i)
		}
	}
}
