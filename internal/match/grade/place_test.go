package grade_test

import (
	"testing"

	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/match/grade"
	"github.com/maecenas-cci/maecenas/internal/match/matchtest"
)

// TestPlaceUnset: an interval holds every value over what the unset fields could be,
// and no more where one entry alone is wished for. (Of several entries each is taken
// for itself, so that their fields may be taken to agree with both of two.)
func TestPlaceUnset(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := matchtest.Draw{T: t}
		list := d.Mandate(0, 0).Mandate.GetPreferences().GetPlaces()
		places := grade.NewPlaces(list, rapid.Bool().Draw(t, "from deals"))
		if places == nil {
			t.Skip("no wish")
		}
		at := d.Place()
		least, most := overCompletions(t, places, at)
		p := fact.PlaceOf(at.GetCountryCode(), at.GetRegionCode(), at.GetMetropolitanArea(), at.GetLocality())
		v := places.Value(&p)
		if v.Low > least || v.High < most {
			t.Errorf("%v is %v, over its completions %d..%d", at, v, least, most)
		}
		if len(list) == 1 && at.GetCountryCode() != "FR" && (v.Low != least || v.High != most) {
			t.Errorf("%v is %v, over its completions %d..%d, with %v", at, v, least, most, list)
		}
	})
}

// completions are the regions of level 3, or of ISO 3166-2, that a place could be in:
// of each region above them at least two, or a place there would have but one
// completion where the code rightly sees more.
var completions = map[string][]string{
	"IT": {"ITF45", "ITF47", "ITF46", "ITF31", "ITF32", "ITI43", "ITI44", "ITI11", "ITI12", "ITC41", "ITC4C"},
	"FR": {"FRL04", "FRL01", "FR101", "FRK11"},
	"US": {"US-CA", "US-NY", "US-TX"},
}

func overCompletions(t *rapid.T, places *grade.Places, at *maecenasv1.Place) (least, most int32) {
	least = fact.Full
	stated := fact.PlaceOf(at.GetCountryCode(), at.GetRegionCode(), "", "").Region
	for _, code := range completions[at.GetCountryCode()] {
		region := fact.PlaceOf(at.GetCountryCode(), code, "", "").Region
		if !stated.IsZero() && !stated.Contains(region) {
			continue
		}
		for _, metro := range choices(at.GetMetropolitanArea(), "Bari", "Lecce", "Paris", "elsewhere") {
			for _, locality := range choices(at.GetLocality(), "Bari", "Monopoli", "Lyon", "elsewhere") {
				p := fact.PlaceOf(at.GetCountryCode(), code, metro, locality)
				v := places.Value(&p)
				if v.Low != v.High {
					t.Fatalf("%v is complete and %v", p, v)
				}
				least, most = min(least, v.Low), max(most, v.Low)
			}
		}
	}
	return least, most
}

func choices(stated string, all ...string) []string {
	if stated != "" {
		return []string{stated}
	}
	return all
}

func wish(grade int32, country, region, metro, locality string) *maecenasv1.Preferences_PlaceWish {
	return &maecenasv1.Preferences_PlaceWish{
		CountryCode: country, RegionCode: region, MetropolitanArea: metro, Locality: locality, Grade: grade,
	}
}

// TestPlace works values out by hand: 10 + 50 area + 20 locality + 20 subdivision.
func TestPlace(t *testing.T) {
	t.Parallel()
	type wishes = []*maecenasv1.Preferences_PlaceWish
	for _, c := range []struct {
		name      string
		list      wishes
		fromDeals bool
		at        fact.Place
		want      fact.Interval
	}{
		{"a country wished for holds every level", wishes{wish(100, "IT", "", "", "")}, false, fact.PlaceOf("IT", "", "", ""), fact.Exactly(10000)},
		{"of deals it holds none", wishes{wish(100, "IT", "", "", "")}, true, fact.PlaceOf("IT", "ITF4", "", "Bari"), fact.Exactly(1000)},
		{"another country", wishes{wish(100, "IT", "", "", "")}, false, fact.PlaceOf("FR", "", "", ""), fact.Exactly(1000)},
		// area 100; locality from the area above; subdivision from the deeper entry, in full.
		{"an area that holds", wishes{wish(100, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITF4", "", ""), fact.Exactly(10000)},
		// subdivision: shares ITF with the entry, 40 %; area and locality none: 10 + 20 × 0.4.
		{"another area of the subdivision", wishes{wish(100, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITF3", "", ""), fact.Exactly(1800)},
		// area: shares ITF4 with a locality, 40 %; subdivision likewise; locality none: 10 + 20 + 8.
		{"another locality of the area", wishes{wish(100, "IT", "ITF47", "", "")}, false, fact.PlaceOf("IT", "ITF45", "", ""), fact.Exactly(3800)},
		// area its own 60; subdivision the deeper entry's 60 over the country's 30; locality from the area.
		{"the nearest higher level", wishes{wish(30, "IT", "", "", ""), wish(60, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITF47", "", ""), fact.Exactly(1000 + 9*600)},
		// elsewhere in the country 30 on every level.
		{"a country behind an area", wishes{wish(30, "IT", "", "", ""), wish(60, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITI4", "", ""), fact.Exactly(1000 + 9*300)},
		// an entry at the level itself counts although the country's grade is larger.
		{"a low grade at the level", wishes{wish(100, "IT", "", "", ""), wish(10, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITF4", "", ""), fact.Exactly(1000 + 50*10 + 20*10 + 20*100)},
		{"region unset", wishes{wish(100, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "", "", ""), fact.Interval{Low: 1000, High: 10000}},
		{"region coarser than the wish", wishes{wish(100, "IT", "ITF4", "", "")}, false, fact.PlaceOf("IT", "ITF", "", ""), fact.Interval{Low: 1800, High: 10000}},
		{"metropolitan area or NUTS 2, the larger", wishes{wish(40, "IT", "ITF4", "", ""), wish(70, "IT", "", "Bari", "")}, true, fact.PlaceOf("IT", "ITF47", "Bari", ""), fact.Exactly(1000 + 50*70)},
		// The metropolitan area could be Bari: 10 there, and below it, or the country's 100.
		{"an area that may hold", wishes{wish(100, "IT", "", "", ""), wish(10, "IT", "", "Bari", "")}, false, fact.PlaceOf("IT", "ITF4", "", "Monopoli"), fact.Interval{Low: 1000 + 50*10 + 20*10 + 20*100, High: 10000}},
		{"a namesake in another subdivision", wishes{wish(100, "US", "US-OR", "Portland", "Beaverton")}, false, fact.PlaceOf("US", "US-ME", "Portland", "Portland"), fact.Exactly(1000)},
		{"the metropolitan area of a locality", wishes{wish(100, "US", "US-OR", "Portland", "Beaverton")}, false, fact.PlaceOf("US", "US-OR", "Portland", "Portland"), fact.Exactly(1000 + (50+20)*40)},
		{"a spelling", wishes{wish(100, "IT", "", "bari ", "")}, true, fact.PlaceOf("IT", "ITF47", " Bari", ""), fact.Exactly(6000)},
	} {
		v := grade.NewPlaces(c.list, c.fromDeals).Value(&c.at)
		if v != c.want {
			t.Errorf("%s: %v, want %v", c.name, v, c.want)
		}
	}
}
