package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// formatPlain is the first byte of an envelope whose payload stands in it as it
// is. Format 2 is kept for payloads under a key of the operator's.
const formatPlain byte = 1

// envelopeBytes is what an envelope adds to its payload: format and check.
const envelopeBytes = 1 + crc32.Size

// maxKeyBytes is more than any key has: what states a longer one is damaged, and
// is not read to its end, which may be beyond the file's.
const maxKeyBytes = 4 << 10

// castagnoli is the polynomial of CRC-32C (RFC 3720, appendix B.4): it finds
// every flip of up to 3 bits in a record of any size that is stored, every run of
// damage up to 32 bits long, and all but one in 2^32 of what else may happen.
// Processors compute it.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal returns the stored form of a payload: a format byte, the payload, and a
// check over both and over the place, big endian. As the place is checked, an
// entry that turns up in another one is damaged too.
func Seal(bucket string, key, payload []byte) []byte {
	sealed := make([]byte, 0, envelopeBytes+len(payload))
	sealed = append(sealed, formatPlain)
	sealed = append(sealed, payload...)
	return binary.BigEndian.AppendUint32(sealed, checksum(bucket, key, sealed))
}

// Unseal returns the payload of an envelope that was sealed for this bucket and
// key. The payload is part of sealed. ErrDamaged: it was not, or is no longer
// what it was.
func Unseal(bucket string, key, sealed []byte) ([]byte, error) {
	if len(key) > maxKeyBytes {
		return nil, damaged(bucket, nil, fmt.Sprintf("a key of %d bytes is too long", len(key)))
	}
	if len(sealed) < envelopeBytes {
		return nil, damaged(bucket, key, fmt.Sprintf("an envelope of %d bytes is cut short", len(sealed)))
	}
	if sealed[0] != formatPlain {
		return nil, damaged(bucket, key, fmt.Sprintf("format %d is unknown", sealed[0]))
	}
	body, check := sealed[:len(sealed)-crc32.Size], sealed[len(sealed)-crc32.Size:]
	if checksum(bucket, key, body) != binary.BigEndian.Uint32(check) {
		return nil, damaged(bucket, key, "its check does not hold")
	}
	return body[1:], nil
}

// checksum covers the lengths of bucket and key, so that no byte can pass from
// one part to the next, then all bytes.
func checksum(bucket string, key, body []byte) uint32 {
	var place [128]byte
	head := binary.AppendUvarint(place[:0], uint64(len(bucket)))
	head = append(head, bucket...)
	head = binary.AppendUvarint(head, uint64(len(key)))
	head = append(head, key...)
	return crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, body)
}

// damaged copies the key, which may lie in memory that is about to go.
func damaged(bucket string, key []byte, problem string) error {
	return &DamagedError{Bucket: bucket, Key: append([]byte(nil), key...), Problem: problem}
}

// Problem is something that a check of a whole store found wrong.
type Problem struct {
	// Bucket and Key are the place; Bucket is "" if the problem is in the file's own
	// structure.
	Bucket string
	// Key within the bucket; nil if the problem is the bucket's.
	Key []byte
	// Text says what is wrong.
	Text string
}

// String names the place and says what is wrong.
func (p Problem) String() string {
	switch {
	case p.Bucket == "":
		return "file: " + p.Text
	case p.Key == nil:
		return fmt.Sprintf("bucket %s: %s", p.Bucket, p.Text)
	default:
		return fmt.Sprintf("bucket %s, key %s: %s", p.Bucket, printable(p.Key), p.Text)
	}
}
