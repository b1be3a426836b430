package grade_test

import (
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
)

// TestLists: what is there over all that is wished for, by grade.
func TestLists(t *testing.T) {
	t.Parallel()
	goals := grade.NewGoals([]*maecenasv1.Preferences_ImpactWish{{Goal: 4, Grade: 100}, {Goal: 11, Grade: 50}, {Goal: 11, Grade: 1}})
	for served, want := range map[uint32]fact.Interval{
		0: fact.Anything, 1 << 4: fact.Exactly(6667), 1 << 11: fact.Exactly(3333), 1<<4 | 1<<11 | 1<<1: fact.Exactly(10000), 1 << 17: fact.Exactly(0),
	} {
		if v := goals.Value(served); v != want {
			t.Errorf("goals %b: %v, want %v", served, v, want)
		}
	}
	clusters := grade.NewClusters([]*maecenasv1.Preferences_ClusterWish{{Label: "puglia-creativa", Grade: 30}, {Label: "dea", Grade: 70}})
	languages := grade.NewLanguages([]*maecenasv1.Preferences_LanguageWish{{Language: "pt", Grade: 60}, {Language: "it", Grade: 40}, {Language: "it", Grade: 20}})
	for _, c := range []struct {
		name string
		list *grade.Names
		have []string
		want fact.Interval
	}{
		{"no label", clusters, nil, fact.Anything},
		{"one of two", clusters, []string{"living-lab", "puglia-creativa"}, fact.Exactly(3000)},
		{"both", clusters, []string{"dea", "puglia-creativa"}, fact.Exactly(10000)},
		{"another", clusters, []string{"DEA"}, fact.Exactly(0)},
		{"no language", languages, nil, fact.Anything},
		{"a variant", languages, []string{"pt-BR", "pt"}, fact.Exactly(6000)},
		{"wished for twice", languages, []string{"it"}, fact.Exactly(4000)},
	} {
		if v := c.list.Value(c.have); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
	if grade.NewGoals(nil) != nil || grade.NewClusters(nil) != nil || grade.NewLanguages(nil) != nil {
		t.Error("no wish is a wish")
	}
}

// TestSupportAndSpeed: the organization's wishes beside its terms.
func TestSupportAndSpeed(t *testing.T) {
	t.Parallel()
	const mentoring, network, space = 1 << 1, 1 << 2, 1 << 3
	for _, c := range []struct {
		wanted, offered uint8
		want            int32
	}{
		{0, mentoring, 5000}, {mentoring, 0, 0}, {mentoring | network | space, network | space, 6667}, {space, space | network, 10000},
	} {
		if v := grade.Support(c.wanted, c.offered); v != fact.Exactly(c.want) {
			t.Errorf("%b of %b: %v, want %d", c.offered, c.wanted, v, c.want)
		}
	}
	for weeks, want := range map[int64]fact.Interval{
		-1: fact.Anything, 0: fact.Exactly(10000), 2: fact.Exactly(10000), 7: fact.Exactly(7917), 14: fact.Exactly(5000), 26: fact.Exactly(0), 52: fact.Exactly(0),
	} {
		if v := grade.Speed(true, weeks); v != want {
			t.Errorf("%d weeks: %v, want %v", weeks, v, want)
		}
		if v := grade.Speed(false, weeks); v != fact.Neutral {
			t.Errorf("%d weeks without a date: %v", weeks, v)
		}
	}
}
