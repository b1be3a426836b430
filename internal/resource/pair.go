package resource

import (
	"crypto/sha256"
	"encoding/hex"
)

// PairID is the id of what there is one of for each pair of a need and a mandate:
// made of the two names or the two uids, so that two who make it at once make the
// same, and whoever has the pair finds it without a search.
func PairID(need, mandate string) string {
	sum := sha256.Sum256([]byte(need + "\n" + mandate))
	return "p" + hex.EncodeToString(sum[:15])
}
