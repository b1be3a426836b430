// Package store is the contract between Maecenas and what keeps its records:
// one transaction per write, a revision per commit, a log of what each commit
// wrote, and records that are checked whenever they are read.
//
// Package boltstore implements it over one file, package memstore in memory;
// package storetest holds the suite that every implementation passes. A store
// knows names, uids, external ids and sizes, and keeps those consistent. What a
// record means, who may write it and whether an etag is current is app's
// business.
//
// # Records
//
// A [Record] is one of the messages of maecenas.v1 that have a name and a uid, or
// one of maecenas.storage.v1 that are never served. Its [Kind] follows from its
// type, and for a bookmark from its name; its kind's pattern says what names it can
// have, and the first two segments of its name are its subject: the
// organization, investor or principal it belongs to. Subjects are records
// themselves; some, such as introductions, have nothing below them.
//
// # Order
//
// Within a kind, records are ordered by key: their subject's uid, then their
// own ([Key]). With UUIDs of version 7 that is the order of creation below one
// subject, and the subjects' order of creation across them.
package store
