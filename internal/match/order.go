package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
)

// Tie is what orders pairs that are equal otherwise: the first 8 bytes of the
// SHA-256 of the need's name, a line feed and the mandate's name, where a name is
// empty for what is not stored. So no name is favoured everywhere.
func Tie(need, mandate string) uint64 {
	var space [256]byte
	text := append(append(append(space[:0], need...), '\n'), mandate...)
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8])
}

// NoDistance is the distance of what has none: last of all.
const NoDistance = math.MaxInt64

// Key is a place in a ranking: what it is ordered by. It is the same for a pair as
// long as the data and the day are, so a page can begin after it.
type Key struct {
	// Distance is how far a near-miss is from passing, 0 in other rankings;
	// NoDistance where it is no number. Nearest ranks first.
	Distance int64
	// Eligibility: the smaller ranks first.
	Eligibility Eligibility
	// Value is the exact sum that is ranked by, the score's or the fit's. The
	// larger ranks first.
	Value int64
	// Tie is the pair's [Tie]; the smaller ranks first.
	Tie uint64
	// Rank is the place in the ranking, from 1; it does not order.
	Rank int32
}

// Compare orders keys: negative where k ranks before o.
func (k Key) Compare(o Key) int {
	if c := k.CompareUntied(o); c != 0 {
		return c
	}
	return cmp.Compare(k.Tie, o.Tie)
}

// CompareUntied orders keys without their ties: 0 where those decide.
func (k Key) CompareUntied(o Key) int {
	switch {
	case k.Distance != o.Distance:
		return cmp.Compare(k.Distance, o.Distance)
	case k.Eligibility != o.Eligibility:
		return cmp.Compare(k.Eligibility, o.Eligibility)
	default:
		return cmp.Compare(o.Value, k.Value)
	}
}

const keyBytes = 8 + 1 + 8 + 8 + 4

// AppendBinary appends the key's encoding of 29 bytes.
func (k Key) AppendBinary(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, uint64(k.Distance))
	b = append(b, byte(k.Eligibility))
	b = binary.BigEndian.AppendUint64(b, uint64(k.Value))
	b = binary.BigEndian.AppendUint64(b, k.Tie)
	return binary.BigEndian.AppendUint32(b, uint32(k.Rank)), nil
}

// MarshalBinary is the key's encoding of 29 bytes.
func (k Key) MarshalBinary() ([]byte, error) { return k.AppendBinary(nil) }

// UnmarshalBinary reads a key's encoding.
func (k *Key) UnmarshalBinary(b []byte) error {
	if len(b) != keyBytes {
		return errors.New("match: an order key has 29 bytes")
	}
	*k = Key{
		Distance:    int64(binary.BigEndian.Uint64(b)),
		Eligibility: Eligibility(b[8]),
		Value:       int64(binary.BigEndian.Uint64(b[9:])),
		Tie:         binary.BigEndian.Uint64(b[17:]),
		Rank:        int32(binary.BigEndian.Uint32(b[25:])),
	}
	return nil
}
