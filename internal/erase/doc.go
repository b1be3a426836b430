// Package erase removes an organization, an investor or a principal from a store
// for good, and remembers by a hash that it did.
//
// [Subject] removes what belongs to the subject in one transaction. What is
// remembered stands in two places: an ErasedSubject in the store, and a line in
// the [Ledger] beside it, which is written first. A copy from before knows of
// neither; [Again] rids it of every subject that a ledger names, so that no backup
// brings one back. The bytes go from the file by store.Compact, which whoever
// erases calls once the transaction is committed.
//
// Whether somebody may erase, and what the audit log says of it, is for others.
package erase
