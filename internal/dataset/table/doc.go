// Package table reads and writes records as CSV, for people with a spreadsheet:
// one table for each kind of resource, its columns made of the schema.
//
// # Columns
//
// The first row names the columns; they may stand in any order, and those that
// are not needed may be left out, which is as if they were empty. A column's
// name is the path of a field in the API's JSON:
//
//	displayName         a field
//	place.countryCode   a field of a message
//	labels              a list, in one cell: circus; "street arts"
//	activities.code     a field of a list of messages: the first value belongs to
//	                    the first activity, as the first one of activities.shareBp
//	weights             a map: SECTOR=30; TEAM=20
//	requirements        what nests deeper, as the API's JSON
//
// The values of a list are separated by semicolons, a backslash before one makes
// it a part of the value. The columns of one list of messages have equally many
// values, or none; a value is left out by leaving its place empty: 6000; ;1000.
//
// An empty cell is what is not known. Whole numbers may have their thousands set
// apart by spaces or apostrophes and end in .00 or ,00; a full stop or comma
// between thousands is refused, since it could stand before decimals. Enums may
// be written in small letters and with spaces, true and false also as yes and
// no. Days are YYYY-MM-DD.
//
// A row whose first cell is # or begins with # and a space, before the first
// record, is a comment: templates explain their columns in one.
//
// # Canvases
//
// A canvas is a row for what belongs to it as a whole, its block empty, and a
// row for each item, with the item's block such as revenueStreams. All have the
// canvas's name, or none where the row above has it, and stand together; each
// block's items are in the order of their rows. A column that several blocks
// have, such as title, is one column.
//
// # What a table does not carry
//
// What the server makes. A message without any field set is one that is unset,
// and a list of messages of which none has a field set is empty. Space around a
// text is left out.
package table
