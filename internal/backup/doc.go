// Package backup copies a whole store into one file while it is in use, and makes
// a store of such a file again.
//
// A backup is, one after the other:
//
//	the line "maecenas backup 1\n"
//	the copy of the store (store.Snapshot)
//	a maecenas.v1.BackupSummary: its size, schema, revision and time
//	the size of that message, as 4 bytes, big endian
//	SHA-256 of everything before
//
// The end tells what the beginning holds, so that it can be written as a stream.
// The digest that people see is that of the whole file, as sha256sum prints it.
//
// A backup is a secret like the data it holds, and brings back what was erased
// since: [Restore] erases that again. Nothing but the operator ends its life; see
// the decision on erasure for how long that may be.
package backup
