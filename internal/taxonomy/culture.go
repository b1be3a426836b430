package taxonomy

// Domain is a cultural domain of the ESSnet-Culture framework; its text is the
// API's enum value.
type Domain string

// The ten cultural domains (ESSnet-Culture, Final Report, 2012).
const (
	Heritage              Domain = "HERITAGE"
	Archives              Domain = "ARCHIVES"
	Libraries             Domain = "LIBRARIES"
	BooksPress            Domain = "BOOKS_PRESS"
	VisualArts            Domain = "VISUAL_ARTS"
	PerformingArts        Domain = "PERFORMING_ARTS"
	AudiovisualMultimedia Domain = "AUDIOVISUAL_MULTIMEDIA"
	Architecture          Domain = "ARCHITECTURE"
	Advertising           Domain = "ADVERTISING"
	ArtCrafts             Domain = "ART_CRAFTS"
)

// Function is a function that cultural work fulfils in the ESSnet-Culture
// framework; its text is the API's enum value.
type Function string

// The six functions (ESSnet-Culture, Final Report, 2012).
const (
	Creation      Function = "CREATION"
	Production    Function = "PRODUCTION"
	Dissemination Function = "DISSEMINATION"
	Preservation  Function = "PRESERVATION"
	Education     Function = "EDUCATION"
	Management    Function = "MANAGEMENT"
)

var domains = []Domain{
	Heritage, Archives, Libraries, BooksPress, VisualArts, PerformingArts,
	AudiovisualMultimedia, Architecture, Advertising, ArtCrafts,
}

var domainNames = map[Domain]string{
	Heritage:              "Heritage",
	Archives:              "Archives",
	Libraries:             "Libraries",
	BooksPress:            "Books and press",
	VisualArts:            "Visual arts",
	PerformingArts:        "Performing arts",
	AudiovisualMultimedia: "Audiovisual and multimedia",
	Architecture:          "Architecture",
	Advertising:           "Advertising",
	ArtCrafts:             "Art crafts",
}

var functions = []Function{Creation, Production, Dissemination, Preservation, Education, Management}

var functionNames = map[Function]string{
	Creation:      "Creation",
	Production:    "Production and publishing",
	Dissemination: "Dissemination and trade",
	Preservation:  "Preservation",
	Education:     "Education",
	Management:    "Management and regulation",
}

// Domains lists the cultural domains in the framework's order. The caller owns
// the slice.
func Domains() []Domain { return append([]Domain(nil), domains...) }

// Functions lists the functions in the framework's order. The caller owns the
// slice.
func Functions() []Function { return append([]Function(nil), functions...) }

// Name is the domain's English name, "" when d is none of [Domains].
func (d Domain) Name() string { return domainNames[d] }

// Name is the function's English name, "" when f is none of [Functions].
func (f Function) Name() string { return functionNames[f] }

// ParseDomain accepts a domain's enum value. Errors are *[CodeError].
func ParseDomain(code string) (Domain, error) {
	if d := Domain(code); d.Name() != "" {
		return d, nil
	}
	return "", refuse("cultural domain", code, "is none of the ten ESSnet-Culture domains")
}

// DomainsOf lists the cultural domains an activity belongs to, in the order of
// [Domains]; none for activities outside culture. A code coarser than a class
// belongs to every domain that some class below it belongs to. NACE Rev. 2
// classes follow ESSnet-Culture (2012); Rev. 2.1 classes, which are younger than
// that report, take the domains of what they were split from, narrowed where
// their own title says which part they are. The caller must not change the slice.
func DomainsOf(c Class) []Domain { return activities().domains[c] }
