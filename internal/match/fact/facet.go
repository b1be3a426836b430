package fact

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Facet is a part of a need's facts from which some values and answers follow alone.
// Needs alike in a facet need not be asked one by one.
type Facet uint8

// The facets, and what each is made of.
const (
	FacetPlace     Facet = iota // the place
	FacetSector                 // activities, their shares roughly, and cultural domains
	FacetProfile                // legal form, role and size class
	FacetStage                  // the stage, and rounds closed before
	FacetSupport                // support wanted, and whether there is a day it is needed by
	FacetNames                  // languages, labels and goals
	FacetTerms                  // instruments, and bounds on terms roughly
	FacetAmount                 // the amount asked, roughly, with its currency
	FacetReadiness              // readiness and the most it could be
	Facets                      // how many there are
)

// FacetKey is equal for needs alike in a facet.
type FacetKey [2]uint64

// Facet is the key of a facet; ok is false where the need's facts have no short form,
// so that nothing can be said of it but what holds for all.
func (n *Need) Facet(f Facet) (key FacetKey, ok bool) {
	switch f {
	case FacetPlace:
		return FacetKey{n.PlaceKey}, true
	case FacetSector:
		return n.sectorFacet(), true
	case FacetProfile:
		shown := uint64(n.Shown & Financials)
		return FacetKey{uint64(n.LegalForm) | uint64(n.HelixRole)<<8 | uint64(n.SizeLeast)<<16 | uint64(n.SizeMost)<<24 | shown<<32}, n.SizeLeast != 0
	case FacetStage:
		return FacetKey{uint64(n.Stage), uint64(min(n.Rounds, roundsApart) + 1)}, true
	case FacetSupport:
		key[0] = uint64(n.Support)
		if n.Dated {
			key[0] |= 1 << 8
		}
		return key, true
	case FacetNames:
		return n.namesFacet(), true
	case FacetTerms:
		return n.termsFacet(), true
	case FacetAmount:
		least, okLeast := bucketOf(n.AmountMin)
		most, okMost := bucketOf(n.AmountMax)
		return FacetKey{uint64(n.Currency)<<32 | uint64(least)<<16 | uint64(most)}, okLeast && okMost
	default:
		return FacetKey{uint64(n.Readiness) | uint64(n.ReadinessPotential)<<8}, true
	}
}

// roundsApart is the number of rounds from which on they are all alike.
const roundsApart = 3

// shareCells is how many cells the shares of activities fall into.
const shareCells = 16

// sectorFacet tells activities apart by their codes and, where each of several has a
// share, by the sixteenth in which its part of all shares lies.
func (n *Need) sectorFacet() FacetKey {
	const (
		elsewhere = 1 << 63
		hull      = 1 << 62
		codeBits  = 31
	)
	if n.ActivityCount == Elsewhere {
		return FacetKey{n.SectorKey, elsewhere}
	}
	key := FacetKey{0, uint64(n.Domains) << codeBits}
	sum, open := 0, false
	for i := range n.ActivityCount {
		a := &n.Activities[i]
		switch i {
		case 0, 1:
			key[0] |= uint64(a.Key) << (i * codeBits)
		default:
			key[1] |= uint64(a.Key)
		}
		open = open || a.Share < 0
		sum += int(a.Share)
	}
	if n.ActivityCount < 2 {
		return key
	}
	if open || sum == 0 {
		key[1] |= hull
		return key
	}
	for i := range n.ActivityCount {
		key[1] |= uint64(int(n.Activities[i].Share)*shareCells/sum) << (codeBits + 16 + 5*i)
	}
	return key
}

// SectorSlack is at least the difference of SECTOR's values, in hundredths of a
// percent, between needs of one sector facet: each of up to three shares lies in a
// sixteenth, so half of three sixteenths of the whole can move from one activity to
// another, and rounding adds a little.
const SectorSlack = Full*hotActivities/(2*shareCells) + 3

func (n *Need) namesFacet() FacetKey {
	if len(n.Rest.Languages) == 0 && len(n.Rest.Labels) == 0 {
		return FacetKey{uint64(n.Goals), 1}
	}
	var space [256]byte
	text := binary.BigEndian.AppendUint32(space[:0], n.Goals)
	for _, list := range [][]string{n.Rest.Languages, n.Rest.Labels} {
		text = binary.BigEndian.AppendUint32(text, uint32(len(list)))
		for _, name := range list {
			text = append(binary.BigEndian.AppendUint32(text, uint32(len(name))), name...)
		}
	}
	sum := sha256.Sum256(text)
	return FacetKey{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

// boundStep is the step, in basis points, that bounds on terms are rounded up to.
const boundStep = 250

// roomy is a bound rounded up: no need of the facet accepts more.
func roomy(b Bound, v int16) int16 {
	if b >= Guarantee || v < 0 {
		return v
	}
	return (v + boundStep - 1) / boundStep * boundStep
}

func (n *Need) termsFacet() FacetKey {
	key := FacetKey{uint64(n.Instruments)}
	for b := range Bounds {
		step := n.Bounds[b]
		if step > 0 {
			step = roomy(b, step) / boundSize(b)
		}
		key[1] = key[1]<<8 | uint64(uint8(step))
	}
	if n.Shown&Terms != 0 {
		key[1] |= 1 << 60
	}
	return key
}

func boundSize(b Bound) int16 {
	if b >= Guarantee {
		return 1
	}
	return boundStep
}

// Amounts fall into buckets, four to an octave; these two stand apart.
const (
	bucketUnset = iota
	bucketZero
	bucketsApart
	bucketsPerOctave = 4
)

// LargestAmount is the largest amount that bounds are promised for: beyond it they count
// in full.
const LargestAmount = 1 << 40

func bucketOf(v int64) (bucket int, ok bool) {
	switch {
	case v < 0:
		return bucketUnset, true
	case v == 0:
		return bucketZero, true
	case v > LargestAmount:
		return 0, false
	}
	octave := bits.Len64(uint64(v)) - 1
	return bucketsApart + bucketsPerOctave*octave + int(uint64(v)*bucketsPerOctave>>octave)%bucketsPerOctave, true
}

// AmountEnds are the least and the most amount of an amount's bucket.
func AmountEnds(v int64) (least, most int64) {
	bucket, ok := bucketOf(v)
	if !ok || bucket < bucketsApart {
		return v, v
	}
	octave, at := (bucket-bucketsApart)/bucketsPerOctave, int64((bucket-bucketsApart)%bucketsPerOctave)
	// The bucket holds v with floor(v·n/2^octave) = n + at, of n buckets per octave.
	from := (bucketsPerOctave + at) << octave
	to := (bucketsPerOctave+at+1)<<octave - 1
	return (from + bucketsPerOctave - 1) / bucketsPerOctave, to / bucketsPerOctave
}

// Stand is a need that stands for all that are alike in a facet: in what is told apart
// roughly, it is at least as well placed as each of them. Other facts of it mean
// nothing.
func (n *Need) Stand(f Facet) *Need {
	switch f {
	case FacetPlace:
		// Rankings ask for many: what they read lies together.
		s := &struct {
			need Need
			rest Rest
		}{Need{PlaceKey: n.PlaceKey}, Rest{Place: n.Rest.Place, Where: n.Rest.Where}}
		s.need.Rest = &s.rest
		return &s.need
	case FacetSector:
		if n.ActivityCount == Elsewhere {
			return n
		}
		s := &struct {
			need       Need
			rest       Rest
			activities [hotActivities]Activity
		}{need: Need{SectorKey: n.SectorKey, Activities: n.Activities, ActivityCount: n.ActivityCount, Domains: n.Domains}}
		s.rest.Activities = s.activities[:copy(s.activities[:], n.Rest.Activities)]
		s.need.Rest = &s.rest
		return &s.need
	case FacetTerms:
		s := &Need{Instruments: n.Instruments, Shown: n.Shown & Terms, Bounds: n.Bounds, Rest: &Rest{}}
		for b := range Bounds {
			s.Bounds[b] = roomy(b, n.Bounds[b])
		}
		return s
	case FacetAmount:
		s := &Need{Currency: n.Currency, Instruments: allKinds, Rest: &Rest{}}
		s.AmountMin, _ = AmountEnds(n.AmountMin)
		_, s.AmountMax = AmountEnds(n.AmountMax)
		return s
	default:
		return n
	}
}
