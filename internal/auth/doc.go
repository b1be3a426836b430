// Package auth answers who a caller is, what it may do and what it may see.
//
// Permissions are not listed here: every method of the schema carries one in its
// option (maecenas.v1.permission), which [LoadTable] reads and [Table.Allow]
// decides. What a caller may see of a record is decided by one type, [View],
// which reads, lists, rankings, filters and explanations all use: a fact that a
// view leaves out does not exist for its holder.
//
// Who is who is kept in a [Directory], derived from the store as the index is;
// [Sight] decides what exists for a caller at all. The command line on a data folder
// is [Local]: whoever can read the file can read everything in it.
package auth
