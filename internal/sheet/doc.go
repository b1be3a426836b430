// Package sheet reads and writes CSV as spreadsheets have it (RFC 4180 and what
// people do to it), within bounds, and shows rankings as such tables. What the
// cells mean is for its callers to say.
//
// # Cells and formulas
//
// A spreadsheet runs a cell that begins with =, + or - or @ as a formula, so a
// file could do harm to who opens it. [Writer] puts an apostrophe before such a
// cell, unless it is a plain whole number, and [Read] takes it off again: what
// is written is what is read. Spaces around a cell say nothing and are left out
// both ways; an end of line within a cell is LF.
//
// # Lists in a cell
//
// A cell may hold a list, its elements separated by semicolons ([Join], [Split]).
// A backslash before a semicolon or another backslash makes it a part of the
// element.
package sheet
