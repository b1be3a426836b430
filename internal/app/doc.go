// Package app holds the use cases: it is the only writer of the store and the
// only one who decides what is valid.
//
// A write goes one way: validate, then one transaction that checks the etag and
// the references and carries the record, a canvas's revision, the assessments
// that changed and the change entry; then the index, before the answer. A
// caller so reads its own writes, and every answer names the revision it rests
// on. Rankings are made of what investors may see, for whoever asks.
package app
