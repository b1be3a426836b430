package find_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/find"
	"github.com/maecenas-cci/maecenas/internal/store"
)

func finder(t interface{ Fatal(...any) }) *find.Finder {
	f, err := find.New()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestPagesOfAnOrder: pages that go on where the last one ended are the whole in order,
// whatever stands in the records and in which order they come.
func TestPagesOfAnOrder(t *testing.T) {
	t.Parallel()
	f := finder(t)
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]string{
			"display_name", "founded_date desc, display_name", "place.country_code, name desc",
			"financials.revenue12m desc", "legal_form desc, founded_date", "size_class,create_time",
		}).Draw(t, "order")
		query, err := f.Query(&maecenasv1.Organization{}, "", order)
		if err != nil {
			t.Fatal(err)
		}
		var all []*maecenasv1.Organization
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,3}`), 0, 20, rapid.ID[string]).Draw(t, "names") {
			all = append(all, drawOrganization(t, name))
		}
		want := slices.Clone(all)
		slices.SortFunc(want, func(a, b *maecenasv1.Organization) int { return query.Compare(a, b) })
		var got []*maecenasv1.Organization
		var after store.Record
		for page := 1; ; page++ {
			top := find.NewTop[*maecenasv1.Organization](query, after, rapid.IntRange(1, 7).Draw(t, "limit"))
			for _, o := range all {
				top.Offer(o)
			}
			records := top.Records()
			if len(records) == 0 {
				break
			}
			got = append(got, records...)
			place, err := query.Place(records[len(records)-1])
			if err != nil {
				t.Fatal(err)
			}
			var ok bool
			if after, ok = query.After(place); !ok {
				t.Fatalf("%x is no place", place)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("by %s: %v, want %v", order, got, want)
		}
	})
}

func drawOrganization(t *rapid.T, name string) *maecenasv1.Organization {
	o := &maecenasv1.Organization{
		Name:        "organizations/" + name,
		DisplayName: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "display name"),
		LegalForm:   maecenasv1.Organization_LegalForm(rapid.IntRange(0, 3).Draw(t, "form")),
	}
	if rapid.Bool().Draw(t, "founded") {
		o.FoundedDate = proto.String(rapid.SampledFrom([]string{"2001-01-01", "2020-02-02"}).Draw(t, "date"))
	}
	if rapid.Bool().Draw(t, "placed") {
		o.Place = &maecenasv1.Place{CountryCode: rapid.SampledFrom([]string{"", "IT", "GR"}).Draw(t, "country")}
	}
	if rapid.Bool().Draw(t, "financials") {
		o.Financials = &maecenasv1.Financials{}
		if rapid.Bool().Draw(t, "revenue") {
			o.Financials.Revenue12M = proto.Int64(rapid.Int64Range(0, 2).Draw(t, "amount"))
		}
	}
	return o
}

func TestWordsFindPlaces(t *testing.T) {
	t.Parallel()
	f := finder(t)
	for _, test := range []struct {
		record store.Record
		found  []string
		not    []string
	}{
		{
			&maecenasv1.Organization{Place: &maecenasv1.Place{CountryCode: "GR", RegionCode: "EL303", Locality: "Αθήνα"}},
			[]string{"greece", "Ελλάδα", "αθήνα", "attik"}, []string{"EL303", "italy"},
		},
		{
			&maecenasv1.Organization{Place: &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITF4"}},
			[]string{"puglia", "italy", "sud"}, []string{"bari", "sicilia"},
		},
		{
			&maecenasv1.Investor{Place: &maecenasv1.Place{CountryCode: "TN", RegionCode: "nonsense"}}, []string{"tunisia"}, []string{"nonsense"},
		},
	} {
		for _, word := range append(slices.Clone(test.found), test.not...) {
			query, err := f.Query(test.record, word, "")
			if err != nil {
				t.Fatal(err)
			}
			kept, err := query.Keep(nil, test.record)
			if err != nil || kept != slices.Contains(test.found, word) {
				t.Errorf("%s in %v: %t, %v", word, test.record, kept, err)
			}
		}
	}
}

func TestWhatHasNoFields(t *testing.T) {
	t.Parallel()
	f := finder(t)
	if _, err := f.Query(&maecenasv1.ExchangeRates{}, "", ""); err != nil {
		t.Error(err)
	}
	if _, err := f.Query(&maecenasv1.ExchangeRates{}, "x", ""); err == nil {
		t.Error("exchange rates are filtered")
	}
	query, err := f.Query(&maecenasv1.Deal{}, "", "date desc")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := query.After([]byte{0xff}); ok {
		t.Error("a byte is a place")
	}
	deal := &maecenasv1.Deal{Name: "investors/a/deals/b", Date: "2020-01-01", CoInvestors: []string{"secret"}, Amount: proto.Int64(5)}
	place, err := query.Place(deal)
	after, ok := query.After(place)
	if !proto.Equal(&maecenasv1.Deal{Name: deal.GetName(), Date: deal.GetDate()}, after) || !ok || err != nil {
		t.Errorf("a place tells more than it must: %v %v", after, err)
	}
}
