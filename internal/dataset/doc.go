// Package dataset reads and writes the service's data as files: JSON lines of
// maecenas.v1.Record for import and export, and the folders of the ranking
// benchmark.
//
// It knows the schema and nothing else: whether a record may be stored is for
// package app to say, so that files are held to the same rules as calls.
//
// A file of JSON lines holds one record a line, encoded as protojson. Lines may
// end in LF or CRLF, the last one may lack its end, blank lines and a byte order
// mark are skipped, and the whole may be compressed by gzip. A line that cannot
// be read is a value with line, field and reason, and reading goes on. Package
// table reads and writes the same records as CSV.
package dataset
