package grade_test

import (
	"math/big"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func exchange() *fact.Exchange {
	x := &fact.Exchange{}
	x.Open(taxonomy.ShippedRates(), matchtest.Today)
	return x
}

func nace(code string, share int16) fact.Activity {
	scheme := maecenasv1.Activity_NACE_2
	a, ok := fact.ActivityOf(&maecenasv1.Activity{Scheme: scheme, Code: code})
	if !ok {
		panic(code)
	}
	a.Share = share
	return a
}

func sectors(list ...*maecenasv1.Preferences_Sector) *grade.Sectors { return grade.NewSectors(list) }

func sector(grade int32, scheme maecenasv1.Activity_Scheme, code string) *maecenasv1.Preferences_Sector {
	return &maecenasv1.Preferences_Sector{Grade: grade, Value: &maecenasv1.Preferences_Sector_Activity{
		Activity: &maecenasv1.Activity{Scheme: scheme, Code: code},
	}}
}

func TestSector(t *testing.T) {
	t.Parallel()
	const n2, n21, own = maecenasv1.Activity_NACE_2, maecenasv1.Activity_NACE_2_1, maecenasv1.Activity_OTHER
	film := sector(80, n2, "59.1")
	heritage := &maecenasv1.Preferences_Sector{Grade: 70, Value: &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: maecenasv1.Organization_HERITAGE}}
	inHeritage := fact.DomainsOf([]maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_HERITAGE})
	for _, c := range []struct {
		name       string
		wishes     *grade.Sectors
		activities []fact.Activity
		domains    fact.Domains
		want       fact.Interval
	}{
		{"inside", sectors(film), []fact.Activity{nace("59.11", 10000)}, 0, fact.Exactly(8000)},
		{"same division", sectors(film), []fact.Activity{nace("59.20", fact.Unset)}, 0, fact.Exactly(4000)},
		{"same section", sectors(film), []fact.Activity{nace("62.01", 1)}, 0, fact.Exactly(2000)},
		{"elsewhere", sectors(film), []fact.Activity{nace("90.01", 1)}, 0, fact.Exactly(0)},
		{"same group", sectors(sector(100, n2, "59.11")), []fact.Activity{nace("59.12", 1)}, 0, fact.Exactly(7500)},
		{"the best of two", sectors(film, sector(30, n2, "62")), []fact.Activity{nace("62.01", 1)}, 0, fact.Exactly(3000)},
		// 3 parts of 8000 and 1 of 0.
		{"by share", sectors(film), []fact.Activity{nace("59.11", 7500), nace("90.01", 2500)}, 0, fact.Exactly(6000)},
		// (1·8000 + 2·0)/3 = 2666.67.
		{"rounded", sectors(film), []fact.Activity{nace("59.11", 1), nace("90.01", 2)}, 0, fact.Exactly(2667)},
		{"a share unset", sectors(film), []fact.Activity{nace("59.11", 7500), nace("90.01", fact.Unset)}, 0, fact.Interval{Low: 0, High: 8000}},
		{"all shares 0", sectors(film), []fact.Activity{nace("59.11", 0), nace("62.01", 0)}, 0, fact.Interval{Low: 2000, High: 8000}},
		{"no activity", sectors(film), nil, 0, fact.Anything},
		{"coarser", sectors(film), []fact.Activity{nace("59", 1)}, 0, fact.Interval{Low: 4000, High: 8000}},
		{"a domain is larger", sectors(film, heritage), []fact.Activity{nace("59.20", 1)}, inHeritage, fact.Exactly(7000)},
		{"a domain it is not in", sectors(film, heritage), []fact.Activity{nace("59.20", 1)}, 0, fact.Exactly(4000)},
		{"a domain lifts the least", sectors(film, heritage), nil, inHeritage, fact.Interval{Low: 7000, High: 10000}},
		{"one's own code", sectors(sector(90, own, "music")), []fact.Activity{{Own: "music", Share: fact.Unset}}, 0, fact.Exactly(9000)},
		{"another own code", sectors(sector(90, own, "music")), []fact.Activity{{Own: "film", Share: fact.Unset}}, 0, fact.Exactly(0)},
		{"another revision, by domain", sectors(sector(100, n21, "90.13")), []fact.Activity{nace("R", 1)}, 0, fact.Exactly(5000)},
		{"another revision, nothing shared", sectors(sector(100, n21, "59.11")), []fact.Activity{nace("85", 1)}, 0, fact.Exactly(0)},
		{"another revision", sectors(sector(100, n21, "59.11")), []fact.Activity{nace("59.11", 1)}, 0, fact.Exactly(10000)},
	} {
		if v := c.wishes.Value(c.activities, c.domains); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
}

func TestStage(t *testing.T) {
	t.Parallel()
	list := []*maecenasv1.Preferences_StageWish{
		{Stage: maecenasv1.FundingStage_SEED, Grade: 100}, {Stage: maecenasv1.FundingStage_EARLY, Grade: 31},
	}
	want := []fact.Interval{
		{Low: 500, High: 10000},
		fact.Exactly(2000), fact.Exactly(10000), fact.Exactly(5000 + 31*50), fact.Exactly(2000), fact.Exactly(1000), fact.Exactly(500),
	}
	s := grade.NewStages(list, nil)
	for k, w := range want {
		if v := s.Value(uint8(k)); v != w {
			t.Errorf("stage %d: %v, want %v", k, v, w)
		}
	}
	// A grade that is not listed counts for its half alone.
	s = grade.NewStages(list, []maecenasv1.FundingStage_Stage{maecenasv1.FundingStage_SEED})
	if v := s.Value(uint8(maecenasv1.FundingStage_EARLY)); v != fact.Exactly(31*50+2000) {
		t.Errorf("a stage with a grade that is not listed: %v", v)
	}
	if grade.NewStages(nil, nil) != nil {
		t.Error("no wish is a wish")
	}
}

func TestTicket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		askMin, askMax   int64
		giveMin, giveMax int64
		ask, give        string
		want             fact.Interval
	}{
		{"within", 20_000, 50_000, 10_000, 100_000, "EUR", "EUR", fact.Exactly(10000)},
		{"ranges that meet", 100_000, 200_000, 10_000, 100_000, "EUR", "EUR", fact.Exactly(10000)},
		{"twice too much", 200_000, 200_000, 10_000, 100_000, "EUR", "EUR", fact.Exactly(5500)},
		{"three times", 300_000, 300_000, 10_000, 100_000, "EUR", "EUR", fact.Exactly(4150)},
		{"too little", 10, 10, 160, 1000, "EUR", "EUR", fact.Exactly(800)},
		{"out of all reach", 1, 1, 33, 0, "EUR", "EUR", fact.Exactly(0)},
		// The most counts at most 4 × 10 = 40: r = 80/40.
		{"as wide as the market", 10, 1_000_000, 80, 100, "EUR", "EUR", fact.Exactly(5500)},
		{"a least of 0 caps nothing", 0, 1_000_000, 80, 100, "EUR", "EUR", fact.Exactly(10000)},
		{"no bound", 10, 20, 0, 0, "EUR", "", fact.Exactly(10000)},
		{"no upper bound", 1_000_000, 1_000_000, 5, 0, "EUR", "EUR", fact.Exactly(10000)},
		{"least unset", fact.Unset, 20, 5, 10, "EUR", "EUR", fact.Anything},
		{"most unset", 20, fact.Unset, 5, 10, "EUR", "EUR", fact.Anything},
		{"no rate", 20, 30, 5, 10, "EUR", "RSD", fact.Anything},
	} {
		n := &fact.Need{
			AmountMin: c.askMin, AmountMax: c.askMax, Currency: fact.CurrencyOf(c.ask),
			Instruments: fact.InstrumentsOf(maecenasv1.Instrument_LOAN),
		}
		offer := fact.Offer{Kind: maecenasv1.Instrument_LOAN, Min: c.giveMin, Max: c.giveMax, Currency: fact.CurrencyOf(c.give)}
		other := fact.Offer{Kind: maecenasv1.Instrument_EQUITY}
		if v := grade.Ticket(n, []fact.Offer{other, offer}, exchange()); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
		if v := grade.Ticket(n, []fact.Offer{other}, exchange()); v != fact.Exactly(0) {
			t.Errorf("%s: without an instrument in common %v", c.name, v)
		}
	}
}

// TestTicketExact compares values, between currencies too, with rational numbers.
func TestTicketExact(t *testing.T) {
	t.Parallel()
	amount := rapid.OneOf(rapid.Int64Range(1, 100), rapid.Int64Range(1, 1_000_000), rapid.Int64Range(1, 1_000_000_000_000))
	currency := rapid.SampledFrom([]string{"EUR", "USD", "GBP", "JPY", "SEK"})
	rapid.Check(t, func(t *rapid.T) {
		least, offerLeast := amount.Draw(t, "ask"), amount.Draw(t, "give")
		n := &fact.Need{
			AmountMin: least, AmountMax: least * rapid.Int64Range(1, 6).Draw(t, "times"),
			Currency: fact.CurrencyOf(currency.Draw(t, "ask in")), Instruments: fact.InstrumentsOf(maecenasv1.Instrument_LOAN),
		}
		o := fact.Offer{
			Kind: maecenasv1.Instrument_LOAN, Min: offerLeast, Max: offerLeast * rapid.Int64Range(0, 6).Draw(t, "times"),
			Currency: fact.CurrencyOf(currency.Draw(t, "give in")),
		}
		x := exchange()
		num, den, ok := x.Factor(o.Currency, n.Currency)
		if !ok {
			t.Fatal("no rate")
		}
		rate := big.NewRat(num, den)
		r := big.NewRat(1, 1)
		larger := func(v *big.Rat) {
			if v.Cmp(r) > 0 {
				r = v
			}
		}
		most := min(n.AmountMax, 4*n.AmountMin)
		larger(new(big.Rat).Quo(new(big.Rat).Mul(big.NewRat(o.Min, 1), rate), big.NewRat(most, 1)))
		if o.Max > 0 {
			larger(new(big.Rat).Quo(big.NewRat(n.AmountMin, 1), new(big.Rat).Mul(big.NewRat(o.Max, 1), rate)))
		}
		if v := grade.Ticket(n, []fact.Offer{o}, x); v != fact.Exactly(onLine(grade.TicketLine(), r)) {
			t.Errorf("r = %v: %v, want %d", r, v, onLine(grade.TicketLine(), r))
		}
	})
}

// onLine is a line's value at x, half up, in rational numbers.
func onLine(l grade.Line, x *big.Rat) int32 {
	for i := 1; i < len(l); i++ {
		to := big.NewRat(l[i].X, 1)
		if x.Cmp(to) > 0 {
			continue
		}
		from := big.NewRat(l[i-1].X, 1)
		part := new(big.Rat).Quo(new(big.Rat).Sub(x, from), new(big.Rat).Sub(to, from))
		y := part.Mul(part, big.NewRat(l[i].Y-l[i-1].Y, 1))
		y.Add(y, big.NewRat(l[i-1].Y, 1)).Add(y, big.NewRat(1, 2))
		return int32(new(big.Int).Div(y.Num(), y.Denom()).Int64())
	}
	return int32(l[len(l)-1].Y)
}

func TestTerms(t *testing.T) {
	t.Parallel()
	offers := fact.OffersOf([]*maecenasv1.InstrumentOffer{
		{Instrument: maecenasv1.Instrument_EQUITY, DilutionBp: proto.Int32(1500), PersonalGuarantee: proto.Bool(false)},
		{Instrument: maecenasv1.Instrument_LOAN, InterestBp: proto.Int32(400), PersonalGuarantee: proto.Bool(true)},
		{Instrument: maecenasv1.Instrument_CONVERTIBLE, InterestBp: proto.Int32(300)},
	})
	const equity, loan, convertible, grant = maecenasv1.Instrument_EQUITY, maecenasv1.Instrument_LOAN, maecenasv1.Instrument_CONVERTIBLE, maecenasv1.Instrument_GRANT
	for _, c := range []struct {
		name  string
		kind  maecenasv1.Instrument_Kind
		terms *maecenasv1.Need_Terms
		want  fact.Interval
	}{
		{"no bound", equity, nil, fact.Neutral},
		{"no bound that applies", equity, &maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(100)}, fact.Neutral},
		{"half of the bound", equity, &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(3000)}, fact.Exactly(5000)},
		{"beyond", equity, &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(1000)}, fact.Exactly(0)},
		{"bound 0", equity, &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(0)}, fact.Exactly(0)},
		// (1/2 + 1)/2.
		{"a guarantee refused that is not asked", equity, &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(3000), AcceptsPersonalGuarantee: proto.Bool(false)}, fact.Exactly(7500)},
		{"a guarantee refused that is asked", loan, &maecenasv1.Need_Terms{AcceptsPersonalGuarantee: proto.Bool(false)}, fact.Exactly(0)},
		{"a guarantee accepted", loan, &maecenasv1.Need_Terms{AcceptsPersonalGuarantee: proto.Bool(true)}, fact.Exactly(10000)},
		{"rights unset", loan, &maecenasv1.Need_Terms{AcceptsRightsTransfer: proto.Bool(false)}, fact.Anything},
		// (1 - 3/7 + [0, 1])/2, of which 4/7 is .5714286.
		{"two bounds, one offer unset", convertible, &maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(700), MaxDilutionBp: proto.Int32(1000)}, fact.Interval{Low: 2857, High: 7857}},
		{"no instrument in common", grant, &maecenasv1.Need_Terms{MaxInterestBp: proto.Int32(700)}, fact.Exactly(0)},
	} {
		n := fact.NewNeed(fact.NeedFacts{Need: &maecenasv1.Need{Terms: c.terms, Instruments: []maecenasv1.Instrument_Kind{c.kind}}})
		if v := grade.Terms(n, offers); v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
}

func TestActivity(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int32{0: 0, 1: 2000, 2: 3000, 3: 4000, 4: 4500, 7: 6000, 8: 6250, 15: 8000, 16: 8125, 31: 10000, 400: 10000} {
		if v := grade.Deals(n, true); v != fact.Exactly(want) {
			t.Errorf("%d deals: %v, want %d", n, v, want)
		}
	}
	if grade.Deals(0, false) != fact.Anything || grade.Call(fact.Unset) != fact.Anything ||
		grade.Call(0) != fact.Exactly(0) || grade.Call(1) != fact.Exactly(10000) {
		t.Error("no deal stated, or a public call")
	}
}
