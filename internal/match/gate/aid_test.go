package gate_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/gate"
)

// aid states de minimis aid of Italy beside aid that does not count: of another
// Member State, under other rules, three years ago to the day, and after the day.
func aid(complete bool, amounts ...int64) change {
	return func(f *fact.NeedFacts) {
		item := func(country, date string, amount int64, deMinimis bool) {
			f.Organization.StateAid = append(f.Organization.StateAid, &maecenasv1.StateAid{
				CountryCode: country, GrantDate: date, AmountEur: amount, DeMinimis: deMinimis,
			})
		}
		item("FR", "2025-01-01", 290_000, true)
		item("IT", "2025-01-01", 290_000, false)
		item("IT", "2022-06-15", 290_000, true)
		item("IT", "2025-06-16", 290_000, true)
		for i, amount := range amounts {
			item("IT", []string{"2022-06-16", "2025-06-15"}[i%2], amount, true)
		}
		f.Organization.StateAidComplete = complete
	}
}

func asks(kind maecenasv1.Instrument_Kind, least int64, currency string) change {
	return func(f *fact.NeedFacts) {
		f.Need.Instruments, f.Need.CurrencyCode, f.Need.AmountMin = []maecenasv1.Instrument_Kind{kind}, currency, &least
		if least < 0 {
			f.Need.AmountMin = nil
		}
	}
}

// TestDeMinimis: the ceiling of Regulation (EU) 2023/2831, in three values.
func TestDeMinimis(t *testing.T) {
	t.Parallel()
	const grant, loan, none = maecenasv1.Instrument_GRANT, maecenasv1.Instrument_LOAN, ""
	offers := map[maecenasv1.Instrument_Kind]*maecenasv1.InstrumentOffer{
		grant: {Instrument: grant, AmountMin: proto.Int64(50_000), CurrencyCode: "EUR"},
		loan:  {Instrument: loan, GrantEquivalentBp: proto.Int32(1500)},
	}
	const pass, fail, unknown = maecenasv1.RequirementResult_PASS, maecenasv1.RequirementResult_FAIL, maecenasv1.RequirementResult_UNKNOWN
	for _, c := range []struct {
		name      string
		authority string
		changes   []change
		want      maecenasv1.RequirementResult_Result
		actual    string
		distance  int64
	}{
		{"at the ceiling", "IT", []change{asks(grant, 100_000, "EUR"), aid(true, 150_000, 50_000)}, pass, "200000 EUR + 100000 EUR", 0},
		{"a euro beyond", "IT", []change{asks(grant, 100_001, "EUR"), aid(true, 150_000, 50_000)}, fail, "200000 EUR + 100001 EUR", 1},
		{"beyond, though more may come", "IT", []change{asks(grant, 100_001, "EUR"), aid(false, 200_000)}, fail, "200000 EUR + 100001 EUR", 1},
		{"within what is stated, which is not all", "IT", []change{asks(grant, 100_000, "EUR"), aid(false, 200_000)}, unknown, "200000 EUR + 100000 EUR", 0},
		{"the offer's least is more", "IT", []change{asks(grant, 10_000, "EUR"), aid(true, 260_000)}, fail, "260000 EUR + 50000 EUR", 10_000},
		{"aid that does not count", "IT", []change{asks(grant, 300_000, "EUR"), aid(true)}, pass, "0 EUR + 300000 EUR", 0},
		{"another Member State's own", "FR", []change{asks(grant, 10_001, "EUR"), aid(true)}, fail, "290000 EUR + 50000 EUR", 40_000},
		{"an authority without a country", none, []change{asks(grant, 50_000, "EUR"), aid(true, 1)}, unknown, "0 EUR + 50000 EUR", 0},
		{"whatever its country", none, []change{asks(grant, 300_001, "EUR"), aid(true)}, fail, "0 EUR + 300001 EUR", 1},
		{"a part of a loan", "IT", []change{asks(loan, 1_000_001, "EUR"), aid(true, 149_999)}, pass, "149999 EUR + 150001 EUR", 0},
		{"an amount unset", "IT", []change{asks(grant, -1, "EUR"), aid(true)}, unknown, "0 EUR + 50000 EUR", 0},
		{"a currency without a rate", "IT", []change{asks(grant, 1, "XTS"), aid(true)}, unknown, "0 EUR + 50000 EUR", 0},
		{"kept back", "IT", []change{asks(grant, 400_000, "EUR"), aid(true, 300_000), hidden}, unknown, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, x := facts(), exchange()
			for _, change := range c.changes {
				change(&f)
			}
			n := fact.NewNeed(f)
			granter := fact.GranterOf(&maecenasv1.Mandate{StateAidBasis: maecenasv1.StateAid_DE_MINIMIS, AuthorityCountryCode: c.authority})
			var got *gate.Requirement
			gate.NewBuiltIn(fact.OffersOf([]*maecenasv1.InstrumentOffer{offers[f.Need.GetInstruments()[0]]}), false, granter).Each(n, func(r *gate.Requirement) bool {
				got = r
				return true
			})
			e := got.Explain(n, x)
			if e.GetCode() != "DE_MINIMIS_WITHIN" || e.GetPath() != "stateAidBasis" || e.GetResult() != c.want || e.GetActual() != c.actual {
				t.Errorf("%v, want %v with %q", e, c.want, c.actual)
			}
			if d, unit, ok := got.Distance(n, x); c.want == fail && (d != c.distance || unit != "EUR" || !ok) {
				t.Errorf("%d %s beyond, want %d", d, unit, c.distance)
			}
		})
	}
}

// TestGrantEquivalent: what is never paid back is aid in full; of other kinds it is
// not known where it is not stated.
func TestGrantEquivalent(t *testing.T) {
	t.Parallel()
	for kind, want := range map[maecenasv1.Instrument_Kind]maecenasv1.RequirementResult_Result{
		maecenasv1.Instrument_GRANT: maecenasv1.RequirementResult_PASS, maecenasv1.Instrument_PRIZE: maecenasv1.RequirementResult_PASS,
		maecenasv1.Instrument_VOUCHER: maecenasv1.RequirementResult_PASS, maecenasv1.Instrument_LOAN: maecenasv1.RequirementResult_UNKNOWN,
	} {
		f := facts()
		asks(kind, 10_000, "EUR")(&f)
		aid(true)(&f)
		granter := fact.Granter{DeMinimis: true, Country: "IT"}
		n, count := fact.NewNeed(f), gate.Count{Most: 9}
		b := gate.NewBuiltIn(fact.OffersOf([]*maecenasv1.InstrumentOffer{{Instrument: kind}}), false, granter)
		if b.Count(n, exchange(), &count); count.Fails != 0 || count.Unknown != (want == maecenasv1.RequirementResult_UNKNOWN) {
			t.Errorf("%v: %+v", kind, count)
		}
	}
}
