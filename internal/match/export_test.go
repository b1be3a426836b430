package match

// FacetTerms are the terms that each facet answers.
var FacetTerms = facetTerms
