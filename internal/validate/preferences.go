package validate

import (
	"fmt"
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// preferences checks codes, and that no value is graded twice: the grades of some terms
// are summed, and of the others one would win in silence.
func (a *Audit) preferences(p *maecenasv1.Preferences) {
	for i, wish := range p.GetSectors() {
		if wish.GetActivity() != nil {
			a.activity(fmt.Sprintf("preferences.sectors[%d].activity", i), wish.GetActivity())
		}
	}
	for i, wish := range p.GetPlaces() {
		field := fmt.Sprintf("preferences.places[%d]", i)
		if a.country(field+".countryCode", &wish.CountryCode) {
			a.region(field+".regionCode", wish.GetCountryCode(), &wish.RegionCode)
		}
	}
	gradedOnce(a, "sectors", "", p.GetSectors(), sectorKey)
	gradedOnce(a, "places", "", p.GetPlaces(), func(w *maecenasv1.Preferences_PlaceWish) string {
		return strings.Join([]string{w.GetCountryCode(), w.GetRegionCode(), folded(w.GetMetropolitanArea()), folded(w.GetLocality())}, "\n")
	})
	gradedOnce(a, "stages", ".stage", p.GetStages(), func(w *maecenasv1.Preferences_StageWish) string { return w.GetStage().String() })
	gradedOnce(a, "impact", ".goal", p.GetImpact(), func(w *maecenasv1.Preferences_ImpactWish) string { return strconv.Itoa(int(w.GetGoal())) })
	gradedOnce(a, "clusters", ".label", p.GetClusters(), (*maecenasv1.Preferences_ClusterWish).GetLabel)
	gradedOnce(a, "languages", ".language", p.GetLanguages(), func(w *maecenasv1.Preferences_LanguageWish) string {
		return strings.ToLower(w.GetLanguage())
	})
}

// gradedOnce reports each wish of a list that is for the same value as one before it.
func gradedOnce[W any](a *Audit, list, field string, wishes []W, key func(W) string) {
	first := map[string]int{}
	for i, wish := range wishes {
		k := key(wish)
		if at, twice := first[k]; twice {
			a.add(fmt.Sprintf("preferences.%s[%d]%s", list, i, field), "unique", "is there twice: preferences.%s[%d] grades the same", list, at)
			continue
		}
		first[k] = i
	}
}

func sectorKey(w *maecenasv1.Preferences_Sector) string {
	if activity := w.GetActivity(); activity != nil {
		return activity.GetScheme().String() + " " + activity.GetCode()
	}
	return w.GetCulturalDomain().String()
}

// folded makes spellings of one name equal, as matching does.
func folded(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }
