package fact

import maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"

// PlaceAnswers are what a place says on the levels that companies are counted by,
// each as the text of an answer; "" where it says nothing.
type PlaceAnswers struct {
	// Subdivision is the NUTS 1 region or the subdivision of ISO 3166-2.
	Subdivision string
	// Metro is the metropolitan area with its country, Area the NUTS 2 region.
	Metro, Area string
	// Locality is the municipality with its subdivision, without which it could be
	// several; Local is the NUTS 3 region.
	Locality, Local string
	// AreaOpen and LocalOpen say that the region is too coarse for Area and Local,
	// which could still be stated.
	AreaOpen, LocalOpen bool
}

// AnswersOf are a place's answers.
func AnswersOf(p *maecenasv1.Place) PlaceAnswers {
	place := PlaceOf(p.GetCountryCode(), p.GetRegionCode(), p.GetMetropolitanArea(), p.GetLocality())
	return place.Answers()
}

// Answers are the place's answers.
func (p *Place) Answers() (a PlaceAnswers) {
	if p.Country == "" {
		return PlaceAnswers{AreaOpen: true, LocalOpen: true}
	}
	if p.Metro != "" {
		a.Metro = string(p.Country) + " " + p.Metro
	}
	sub, ok := p.Region.Subdivision()
	if !ok {
		a.AreaOpen, a.LocalOpen = true, true
		return a
	}
	a.Subdivision = sub.String()
	if p.Locality != "" {
		a.Locality = a.Subdivision + " " + p.Locality
	}
	if area, ok := p.Region.Area(); ok {
		a.Area = area.String()
	}
	if local, ok := p.Region.Local(); ok {
		a.Local = local.String()
	}
	a.AreaOpen = a.Area == "" && p.Region.IsNUTS()
	a.LocalOpen = a.Local == "" && p.Region.IsNUTS()
	return a
}

// Answer is what an activity says: the code of a class of NACE, one and the same for
// equal codes of both revisions, or the user's own code. Whole is false for a code of
// NACE that is coarser than a class and so could be one of several.
func (a *Activity) Answer() (code string, whole bool) {
	if a.Own != "" {
		return a.Own, true
	}
	return a.Class.String(), a.Class.Level() == 4
}
