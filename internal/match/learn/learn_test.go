package learn_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/learn"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// deal is a deal in a company, "" for one without a name, at a stage.
func deal(company, date string, stage maecenasv1.FundingStage_Stage) *maecenasv1.Deal {
	d := &maecenasv1.Deal{Name: "investors/i/deals/" + company + date, Date: date, Stage: stage, Published: true}
	if company != "" {
		d.Organization = "organizations/" + company
	}
	return d
}

// film is a deal in a film company of Bari.
func film(company, date string) *maecenasv1.Deal {
	d := deal(company, date, maecenasv1.FundingStage_SEED)
	d.Snapshot = &maecenasv1.Deal_Snapshot{
		Activities: []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "59.11"}},
		Place:      &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF47", Locality: "Bari"},
	}
	return d
}

// open is an open need of an organization that only its stage is known of.
func open(i int, stage maecenasv1.FundingStage_Stage, change ...func(*fact.NeedFacts)) *fact.Need {
	f := fact.NeedFacts{
		Organization: &maecenasv1.Organization{Listed: true},
		Need:         &maecenasv1.Need{Name: fmt.Sprintf("organizations/o%d/needs/n", i), State: maecenasv1.Need_OPEN, Stage: stage, CurrencyCode: "EUR"},
	}
	for _, c := range change {
		c(&f)
	}
	return fact.NewNeed(f)
}

func market(needs []*fact.Need, investors ...learn.Investor) *learn.Market {
	return learn.NewMarket(learn.MarketFacts{
		Date: matchtest.Today, Rates: taxonomy.ShippedRates(),
		Needs: slices.Values(needs), Investors: slices.Values(investors),
	})
}

const (
	seed   = maecenasv1.FundingStage_SEED
	early  = maecenasv1.FundingStage_EARLY
	growth = maecenasv1.FundingStage_GROWTH
)

// stageWorld: of ten deals of the market six are SEED and four EARLY, two and one of
// them this investor's; of five open needs one is SEED, two are EARLY, two GROWTH.
func stageWorld() (own []*maecenasv1.Deal, m *learn.Market) {
	var others []*maecenasv1.Deal
	for i := range 7 {
		stage := seed
		if i >= 4 {
			stage = early
		}
		others = append(others, deal("", fmt.Sprintf("2024-01-%02d", i+1), stage))
	}
	own = []*maecenasv1.Deal{deal("a", "2024-02-01", seed), deal("b", "2024-02-02", seed), deal("c", "2024-02-03", early)}
	needs := []*fact.Need{open(1, seed), open(2, early), open(3, early), open(4, growth), open(5, growth)}
	return own, market(needs, learn.Investor{Deals: others}, learn.Investor{Deals: own, Agreed: true})
}

// TestValueByHand works learned values out from the formula.
func TestValueByHand(t *testing.T) {
	t.Parallel()
	own, m := stageWorld()
	l := learn.Learn(own, m)
	for _, c := range []struct {
		stage maecenasv1.FundingStage_Stage
		want  fact.Interval
	}{
		// x = 5·5·(2·10 + 3·6) = 950, y = 6·(6·5 + 4·1·10) = 420: 950/1370.
		{seed, fact.Exactly(6934)},
		// x = 25·(1·10 + 3·4) = 550, y = 6·(4·5 + 4·2·10) = 600: 550/1150.
		{early, fact.Exactly(4783)},
		// Nobody backs GROWTH: 0.
		{growth, fact.Exactly(0)},
		// Nothing is counted of EXPANSION.
		{maecenasv1.FundingStage_EXPANSION, fact.Exactly(5000)},
		{0, fact.Interval{Low: 0, High: 6934}},
	} {
		if v := l.Stage(uint8(c.stage)); v != c.want {
			t.Errorf("%v: %v, want %v", c.stage, v, c.want)
		}
	}
	// Without deals: x = 25·3·6 = 450, y = 3·70 = 210: 450/660; EARLY 300/(300 + 300).
	nobody := learn.Learn(nil, m)
	if a, b := nobody.Stage(uint8(seed)), nobody.Stage(uint8(early)); a != fact.Exactly(6818) || b != fact.Exactly(5000) {
		t.Errorf("without deals: SEED %v, EARLY %v", a, b)
	}
	// Without a pool, or without a market, there is no base.
	for _, m := range []*learn.Market{market(nil, learn.Investor{Deals: own}), market([]*fact.Need{open(1, seed)})} {
		if v := learn.Learn(own, m).Stage(uint8(seed)); v != fact.Exactly(5000) {
			t.Errorf("without a base: %v", v)
		}
	}
}

// TestWhatCounts: a company counts once, by its first deal; deals of investors who did
// not agree count where they are published, needs where others see them.
func TestWhatCounts(t *testing.T) {
	t.Parallel()
	secret := deal("c", "2024-01-01", seed)
	secret.Published = false
	later := deal("c", "2024-06-01", seed)
	draft := open(2, seed, func(f *fact.NeedFacts) { f.Need.State = maecenasv1.Need_DRAFT })
	m := market([]*fact.Need{open(1, seed), draft},
		learn.Investor{Deals: []*maecenasv1.Deal{later, secret, deal("d", "2024-01-01", early)}},
		learn.Investor{Deals: []*maecenasv1.Deal{secret, deal("d", "2024-05-01", growth), deal("d", "2024-04-01", early)}, Agreed: true},
	)
	l := learn.Learn([]*maecenasv1.Deal{film("e", "2024-03-01"), film("e", "2024-01-01"), film("", "2023-01-01"), film("", "2023-01-01")}, m)
	got := l.Message()
	var stage *maecenasv1.LearnedPreferences_Table
	for _, table := range got.GetTables() {
		if table.GetTerm() == maecenasv1.MatchTerm_STAGE {
			stage = table
		}
	}
	// The investor: e once and two without a name. The market: EARLY of both, SEED of
	// the one who agreed; what follows a first deal that is kept back is no first.
	want := &maecenasv1.LearnedPreferences_Table{
		Term: maecenasv1.MatchTerm_STAGE, OwnTotal: 3, MarketTotal: 3, PoolTotal: 1, Parts: 1, Least: 5000, Most: 10000,
		// x = 5·1·(3·3 + 3·1) = 60, y = 6·(1·1 + 4·1·3) = 78.
		Entries: []*maecenasv1.LearnedPreferences_Table_Entry{{Answer: "SEED", Own: 3, Market: 1, Pool: 1, Value: 4348}},
	}
	// EARLY, not backed: x = 5·3·2 = 30, y = 6·(2·1 + 0) = 12, so 7143 is the most.
	want.Least, want.Most = 4348, 7143
	if diff := cmp.Diff(want, stage, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"investors/i/deals/e2024-01-01", "investors/i/deals/2023-01-01", "investors/i/deals/2023-01-01"}, got.GetDeals()); diff != "" {
		t.Errorf("the deals it rests on:\n%s", diff)
	}
}

// TestTicketIsSmoothed: an amount counts in its band and its neighbours, at the ends
// in the last ones.
func TestTicketIsSmoothed(t *testing.T) {
	t.Parallel()
	small := deal("a", "2024-01-01", 0)
	small.Amount, small.CurrencyCode = proto.Int64(10_000), "EUR"
	unknown := deal("b", "2024-01-01", 0)
	unknown.Amount, unknown.CurrencyCode = proto.Int64(1), "XTS"
	asks := func(amount int64) func(*fact.NeedFacts) {
		return func(f *fact.NeedFacts) { f.Need.AmountMin = &amount }
	}
	deals := []*maecenasv1.Deal{small, unknown}
	m := market([]*fact.Need{open(1, 0, asks(64_000))}, learn.Investor{Deals: deals})
	l := learn.Learn(deals, m)
	table := l.Message().GetTables()[0]
	if table.GetOwnTotal() != 16 || table.GetPoolTotal() != 16 || table.GetParts() != 16 {
		t.Errorf("totals of %v", table)
	}
	// Band 0 has 1+2+3+4 of the deal, its neighbours 3, 2, 1. The need's bands are 1 to
	// 7: band 0 has nothing of it, band 1 a sixteenth, band 3 three.
	for _, c := range []struct {
		amount int64
		want   int32
	}{
		// y = 64·(10·16 + 0) = 10240, x = 80·(10·16 + 48·10) = 51200.
		{0, 8333},
		{22_627, 8333},
		// x = 80·(3·16 + 48·3) = 15360, y = 64·(3·16 + 4·1·16) = 7168.
		{22_628, 6818},
		// x = 80·(1·16 + 48) = 5120, y = 64·(16 + 4·3·16) = 13312.
		{45_255, 2778},
		{64_000, 0},
		{1_000_000_000_000, 5000},
	} {
		if v := l.Ticket(c.amount, true); v != fact.Exactly(c.want) {
			t.Errorf("%d: %v, want %d", c.amount, v, c.want)
		}
	}
	if v := l.Ticket(0, false); v != (fact.Interval{Low: 0, High: 8333}) {
		t.Errorf("an unknown amount: %v", v)
	}
}

// TestPlaces: the mean of three levels; of two names for a level the larger that is
// counted; what is open could be anything.
func TestPlaces(t *testing.T) {
	t.Parallel()
	where := func(country, region, metro, locality string) func(*fact.NeedFacts) {
		return func(f *fact.NeedFacts) {
			f.Organization.Place = &maecenasv1.Place{CountryCode: country, RegionCode: region, MetropolitanArea: metro, Locality: locality}
		}
	}
	deals := []*maecenasv1.Deal{film("a", "2024-01-01"), film("b", "2024-01-01")}
	m := market([]*fact.Need{
		open(1, 0, where("IT", "ITF47", "", "Bari")), open(2, 0, where("IT", "ITC4C", "", "Milano")),
	}, learn.Investor{Deals: deals})
	l := learn.Learn(deals, m)
	// Of two deals both, of two needs one: x = 10·(2·2 + 3·2) = 100, y = 5·(2·2 + 4·1·2)
	// = 60: 6250. Elsewhere nobody was backed: 0.
	for _, c := range []struct {
		name string
		at   fact.Place
		want fact.Interval
	}{
		{"there", fact.PlaceOf("IT", "ITF47", "", "bari "), fact.Exactly(6250)},
		{"elsewhere", fact.PlaceOf("IT", "ITC4C", "", "Milano"), fact.Exactly(0)},
		{"a locality that is not counted beside a region that is", fact.PlaceOf("IT", "ITF47", "", "Monopoli"), fact.Exactly(6250)},
		// Subdivision 6250, area 6250, locality 5000: 17500/3.
		{"nothing counted of the locality", fact.PlaceOf("IT", "ITF45", "", "Lecce"), fact.Exactly(5833)},
		{"a region too coarse", fact.PlaceOf("IT", "ITF", "", ""), fact.Interval{Low: 2083, High: 6250}},
		{"nothing", fact.PlaceOf("IT", "", "", ""), fact.Interval{Low: 0, High: 6250}},
		{"a locality without its subdivision", fact.PlaceOf("IT", "", "", "Bari"), fact.Interval{Low: 0, High: 6250}},
	} {
		a := c.at.Answers()
		if v := l.Place(&a); v.Low != c.want.Low || v.High < c.want.High {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
}

// TestSectors: the mean by share; a code coarser than a class could be any in it.
func TestSectors(t *testing.T) {
	t.Parallel()
	does := func(code string) func(*fact.NeedFacts) {
		return func(f *fact.NeedFacts) {
			f.Organization.Activities = []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: code}}
		}
	}
	deals := []*maecenasv1.Deal{film("a", "2024-01-01"), film("b", "2024-01-01")}
	m := market([]*fact.Need{open(1, 0, does("59.11")), open(2, 0, does("59.20")), open(3, 0, does("59"))}, learn.Investor{Deals: deals})
	l := learn.Learn(deals, m)
	activity := func(scheme maecenasv1.Activity_Scheme, code string, share *int32) fact.Activity {
		a, ok := fact.ActivityOf(&maecenasv1.Activity{Scheme: scheme, Code: code, ShareBp: share})
		if !ok {
			t.Fatal(code)
		}
		return a
	}
	const n2, n21, other = maecenasv1.Activity_NACE_2, maecenasv1.Activity_NACE_2_1, maecenasv1.Activity_OTHER
	for _, c := range []struct {
		name string
		list []fact.Activity
		want fact.Interval
	}{
		{"as counted above", []fact.Activity{activity(n2, "59.11", nil)}, fact.Exactly(6250)},
		{"the other revision", []fact.Activity{activity(n21, "59.11", nil)}, fact.Exactly(6250)},
		{"not counted", []fact.Activity{activity(n2, "90.01", nil)}, fact.Exactly(5000)},
		{"the user's own", []fact.Activity{activity(other, "music", nil)}, fact.Exactly(5000)},
		{"by share", []fact.Activity{activity(n2, "59.11", proto.Int32(2)), activity(n2, "59.20", proto.Int32(1))}, fact.Exactly(4167)},
		{"a share unset", []fact.Activity{activity(n2, "59.11", nil), activity(n2, "59.20", nil)}, fact.Interval{Low: 0, High: 6250}},
		{"a division", []fact.Activity{activity(n2, "59", nil)}, fact.Interval{Low: 0, High: 6250}},
		{"a group", []fact.Activity{activity(n2, "59.1", nil)}, fact.Interval{Low: 5000, High: 6250}},
		{"a group of which nothing is counted", []fact.Activity{activity(n2, "90.0", nil)}, fact.Exactly(5000)},
		{"a section", []fact.Activity{activity(n2, "J", nil)}, fact.Interval{Low: 0, High: 6250}},
		{"nothing", nil, fact.Interval{Low: 0, High: 6250}},
	} {
		if v := l.Sectors(c.list); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
}

// TestOrder: three rounds or more are one answer.
func TestOrder(t *testing.T) {
	t.Parallel()
	nth := func(company string, n int32) *maecenasv1.Deal {
		d := deal(company, "2024-01-01", 0)
		d.RoundNumber = &n
		return d
	}
	deals := []*maecenasv1.Deal{nth("a", 1), nth("b", 4), nth("c", 7)}
	asks := func(n int32) func(*fact.NeedFacts) {
		return func(f *fact.NeedFacts) { f.Need.RoundNumber = &n }
	}
	m := market([]*fact.Need{open(1, 0, asks(1)), open(2, 0, asks(9))}, learn.Investor{Deals: deals})
	l := learn.Learn(deals, m)
	// 3 and more: x = 10·(2·3 + 3·2) = 120, y = 6·(2·2 + 4·1·3) = 96; 0: 60 and 84.
	for rounds, want := range map[int8]fact.Interval{
		0: fact.Exactly(4167), 1: fact.Exactly(5000), 3: fact.Exactly(5556), 99: fact.Exactly(5556), -1: {Low: 4167, High: 5556},
	} {
		if v := l.Order(rounds); v != want {
			t.Errorf("%d rounds: %v, want %v", rounds, v, want)
		}
	}
}
