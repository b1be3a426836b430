// Package record is how records are written and read: the standard methods of
// every kind of resource, once, and the transaction that all writes go through.
//
// A write goes one way: validate, then one transaction that checks the etag and
// the references and carries the record, what follows from it, and the entry of
// the audit log; then the index and the directory, before the answer. A caller so
// reads its own writes, and every answer names the revision it rests on.
//
// A read goes through the eyes of its caller ([Eyes]): what those do not show does
// not exist, in filters, orders and counts alike.
package record
