// Package resource names records: the patterns of the schema's resource names,
// what they say of each other, and the ids and uids of new records.
package resource

import (
	"regexp"
	"strings"

	"go.einride.tech/aip/resourcename"
)

// Patterns of the resource names.
const (
	Organization   = "organizations/{organization}"
	Canvas         = "organizations/{organization}/canvas"
	CanvasRevision = "organizations/{organization}/canvas/revisions/{revision}"
	Assessment     = "organizations/{organization}/assessments/{assessment}"
	Need           = "organizations/{organization}/needs/{need}"
	Investor       = "investors/{investor}"
	Mandate        = "investors/{investor}/mandates/{mandate}"
	Deal           = "investors/{investor}/deals/{deal}"
	ExchangeRates  = "exchangeRates/{date}"
)

// MaxNameBytes is the longest name; the longest real one has two ids of 63.
const MaxNameBytes = 200

// Valid answers whether name is the name of one resource of the pattern.
func Valid(pattern, name string) bool {
	return len(name) <= MaxNameBytes && resourcename.Match(pattern, name) && !resourcename.ContainsWildcard(name)
}

// idForm is the form of ids that people choose, as the schema's rule resource_id has it.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9-]{2,62}$`)

// ValidID answers whether a name ends in an id that people may choose: 3 to 63 small
// letters of ASCII, digits and hyphens, a letter first.
func ValidID(name string) bool { return idForm.MatchString(name[strings.LastIndexByte(name, '/')+1:]) }

// Subject returns the organization or investor that a name is below, or is.
func Subject(name string) string {
	collection, rest, _ := strings.Cut(name, "/")
	id, _, _ := strings.Cut(rest, "/")
	return collection + "/" + id
}

// Wildcard is a pattern with - for its last id: all resources of the pattern.
func Wildcard(pattern string) string {
	if i := strings.LastIndex(pattern, "{"); i >= 0 {
		return pattern[:i] + "-"
	}
	return ""
}
