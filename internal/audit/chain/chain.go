// Package chain is the chain of the audit log: each entry holds the hash of the one
// before, so that none can be changed, left out or put in between without all later
// ones telling so. Entries hold uids alone; whose they are is known only while the
// records are.
package chain

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// maxSequence is the greatest sequence that fits into a uid.
const maxSequence = 1<<48 - 1

// Name returns the resource name of the entry at a place in the log, from 1.
func Name(sequence int64) string { return fmt.Sprintf("auditEntries/%012d", sequence) }

// Link puts an entry behind the last one; last is nil for the first. It sets the
// entry's sequence, name, uid and hashes, and nothing else.
func Link(last, entry *maecenasv1.AuditEntry) {
	entry.Sequence = last.GetSequence() + 1
	entry.Name = Name(entry.GetSequence())
	entry.Uid = uid(entry.GetSequence())
	entry.PreviousHash = last.GetHash()
	entry.Hash = hash(entry)
}

// uid is a UUID of version 8 (RFC 9562) that begins with the sequence, so that the
// store keeps the log in its order whatever the clock says.
func uid(sequence int64) string {
	var id uuid.UUID
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(sequence&maxSequence))
	copy(id[:6], number[2:])
	id[6], id[8] = 0x80, 0x80
	return id.String()
}

// hash is SHA-256 over the fields of an entry, each with its length before it, the
// hash of the entry before among them. What names things is not part of it.
func hash(entry *maecenasv1.AuditEntry) []byte {
	h := sha256.New()
	number := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
	for _, field := range [][]byte{
		entry.GetPreviousHash(), number(entry.GetSequence()),
		number(entry.GetEntryTime().GetSeconds()), number(int64(entry.GetEntryTime().GetNanos())),
		[]byte(entry.GetActor()), []byte(entry.GetActingFor()), []byte(entry.GetPermission()),
		[]byte(entry.GetObjectType()), []byte(entry.GetObject()), []byte(entry.GetSubject()), number(entry.GetRevision()),
	} {
		h.Write(number(int64(len(field))))
		h.Write(field)
	}
	return h.Sum(nil)
}

// Chain works a log out again, entry by entry, oldest first. The zero value is
// ready.
type Chain struct {
	last    *maecenasv1.AuditEntry
	entries int64
	broken  int64
}

// Add takes the next entry.
func (c *Chain) Add(entry *maecenasv1.AuditEntry) {
	c.entries++
	want := proto.CloneOf(entry)
	// A log whose oldest entries were let go begins where it begins.
	if c.last == nil && entry.GetSequence() > 1 {
		want.Hash = hash(want)
	} else {
		Link(c.last, want)
	}
	fits := want.GetSequence() == entry.GetSequence() && want.GetName() == entry.GetName() && want.GetUid() == entry.GetUid() &&
		bytes.Equal(want.GetPreviousHash(), entry.GetPreviousHash()) && bytes.Equal(want.GetHash(), entry.GetHash())
	if !fits && c.broken == 0 {
		c.broken = entry.GetSequence()
	}
	c.last = entry
}

// State is what the chain says so far.
func (c *Chain) State() *maecenasv1.AuditLogState {
	return &maecenasv1.AuditLogState{
		Entries: c.entries, Hash: c.last.GetHash(), Intact: c.broken == 0, BrokenSequence: c.broken,
	}
}
