package find

import (
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// placesOf has the names of the places that a record speaks of: those it has,
// the countries and regions of its codes, and the regions these lie in.
func placesOf(record proto.Message) *maecenasv1.Place {
	var names gazetteer
	switch one := record.(type) {
	case *maecenasv1.Organization:
		names.place(one.GetPlace())
	case *maecenasv1.Investor:
		names.place(one.GetPlace())
	case *maecenasv1.Deal:
		names.place(one.GetSnapshot().GetPlace())
	case *maecenasv1.Mandate:
		for _, wish := range one.GetPreferences().GetPlaces() {
			names.place(&maecenasv1.Place{
				CountryCode: wish.GetCountryCode(), RegionCode: wish.GetRegionCode(),
				MetropolitanArea: wish.GetMetropolitanArea(), Locality: wish.GetLocality(),
			})
		}
		for _, requirement := range one.GetRequirements() {
			names.requirement(requirement)
		}
	}
	return &maecenasv1.Place{Locality: strings.Join(names, "\n")}
}

// gazetteer is a list of names.
type gazetteer []string

func (g *gazetteer) place(p *maecenasv1.Place) {
	*g = append(*g, p.GetLocality(), p.GetMetropolitanArea())
	g.code(p.GetCountryCode(), p.GetRegionCode())
}

// code adds the names of a country and a region in it; codes that are none have
// no names.
func (g *gazetteer) code(country, region string) {
	if c, err := taxonomy.ParseCountry(country); err == nil {
		*g = append(*g, c.Name(), c.LocalName())
	}
	r, err := taxonomy.ParseRegion(country, region)
	for ok := err == nil; ok && !r.IsZero(); r, ok = r.Parent() {
		*g = append(*g, r.Name(), r.LatinName())
	}
}

// requirement adds the places that a must-have names, not those it excludes.
func (g *gazetteer) requirement(r *maecenasv1.Requirement) {
	for _, code := range r.GetPlace().GetCodes() {
		country := code[:min(2, len(code))]
		switch country { // NUTS has letters of its own for two countries
		case "EL":
			country = "GR"
		case "UK":
			country = "GB"
		}
		g.code(country, code)
	}
	for _, list := range []*maecenasv1.Requirement_List{r.GetAll(), r.GetAny()} {
		for _, one := range list.GetRequirements() {
			g.requirement(one)
		}
	}
}
