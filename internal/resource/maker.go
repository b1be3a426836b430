package resource

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Maker makes uids and ids. Uids are UUIDs of version 7 (RFC 9562) with a
// counter in rand_a (method 1), so that keys grow with time, also within one
// millisecond, and a store is written at its end.
type Maker struct {
	random io.Reader
	now    func() time.Time

	mu   sync.Mutex
	tick int64 // milliseconds << 12 | counter of the last uid
}

// NewMaker returns a Maker that draws from random and reads the clock now.
func NewMaker(random io.Reader, now func() time.Time) *Maker {
	return &Maker{random: random, now: now}
}

// UID makes a UUID, later in order than all before.
func (m *Maker) UID() (string, error) {
	var id uuid.UUID
	if _, err := io.ReadFull(m.random, id[8:]); err != nil {
		return "", fmt.Errorf("making a uid: %w", err)
	}
	m.mu.Lock()
	tick := max(m.now().UnixMilli()<<12, m.tick+1)
	m.tick = tick
	m.mu.Unlock()
	binary.BigEndian.PutUint64(id[:8], uint64(tick>>12)<<16|0x7000|uint64(tick&0xfff))
	id[8] = id[8]&0x3f | 0x80
	return id.String(), nil
}

// ID makes a resource id: the first letter of a kind and twelve characters that are hard to confuse.
func (m *Maker) ID(singular string) (string, error) {
	var bytes [8]byte
	if _, err := io.ReadFull(m.random, bytes[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	text := idEncoding.EncodeToString(bytes[:])
	return singular[:1] + strings.ToLower(text[:12]), nil
}

// idEncoding is Crockford's base 32, which leaves out i, l, o and u.
var idEncoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
