// Package find is what lists are filtered, searched and ordered by, and which
// records likely tell of the same thing.
//
// A list hands it the records as it would answer them, so that filters, words
// and orders tell a caller nothing that the answer would not. Which fields may
// be named is an allow-list of each kind; a field that is added to the schema is
// not filtered by until it stands there.
package find
