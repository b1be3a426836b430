package learn

import (
	"slices"
	"strconv"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
)

// Level is a list of answers that companies are counted by.
type Level uint8

// The levels, in the order of the terms that they belong to.
const (
	Sector      Level = iota
	Subdivision       // NUTS 1, or ISO 3166-2
	Metro             // metropolitan area
	Area              // NUTS 2
	Locality          // municipality
	Local             // NUTS 3
	Stage
	Ticket // bands of amounts
	Order  // rounds that were closed before
	Levels // how many there are
)

// levelTerms are the term and, where it has several levels, the name of each level.
var levelTerms = [Levels]struct {
	term maecenasv1.MatchTerm_Term
	name string
}{
	Sector:      {maecenasv1.MatchTerm_SECTOR, ""},
	Subdivision: {maecenasv1.MatchTerm_PLACE, "SUBDIVISION"},
	Metro:       {maecenasv1.MatchTerm_PLACE, "METROPOLITAN_AREA"},
	Area:        {maecenasv1.MatchTerm_PLACE, "AREA"},
	Locality:    {maecenasv1.MatchTerm_PLACE, "LOCALITY"},
	Local:       {maecenasv1.MatchTerm_PLACE, "LOCAL"},
	Stage:       {maecenasv1.MatchTerm_STAGE, ""},
	Ticket:      {maecenasv1.MatchTerm_TICKET, ""},
	Order:       {maecenasv1.MatchTerm_ORDER, ""},
}

// parts is how many parts of a count make one company: TICKET's are spread over
// neighbouring bands.
func (l Level) parts() int64 {
	if l == Ticket {
		return 16
	}
	return 1
}

// Smoothing is how many sixteenths of an amount's count each band gets, from three
// below its own to three above.
var Smoothing = [...]int32{1, 2, 3, 4, 3, 2, 1}

// BandStarts are the least amounts of the bands after the first, in whole euros: half
// an octave each, from EUR 16,000. Band k begins at the least whole number of at least
// 16,000 × 2^(k/2).
var BandStarts = [bands - 1]int64{
	22_628, 32_000, 45_255, 64_000, 90_510, 128_000, 181_020, 256_000, 362_039, 512_000, 724_078,
	1_024_000, 1_448_155, 2_048_000, 2_896_310, 4_096_000, 5_792_619, 8_192_000, 11_585_238, 16_384_000,
	23_170_476, 32_768_000, 46_340_951, 65_536_000, 92_681_901, 131_072_000, 185_363_801, 262_144_000,
	370_727_601, 524_288_000, 741_455_201,
}

const bands = 32

// band is the band of an amount in whole euros.
func band(amount int64) int {
	at, found := slices.BinarySearch(BandStarts[:], amount)
	if found {
		at++
	}
	return at
}

// orders is how many answers ORDER has: 0, 1, 2, and 3 or more rounds.
const orders = 4

// stages is one more than the number of stages, so that their enum numbers index
// arrays.
const stages = 7

// bandNames and orderNames are the answers of TICKET and ORDER.
var (
	bandNames = func() (names [bands]string) {
		names[0] = "0"
		for i, start := range BandStarts {
			names[i+1] = strconv.FormatInt(start, 10)
		}
		return names
	}()
	orderNames = [orders]string{"0", "1", "2", "3"}
)

// company is what is counted of a company when it was backed, or of an open need.
type company struct {
	activities []fact.Activity
	where      fact.PlaceAnswers
	stage      maecenasv1.FundingStage_Stage
	// euros is the amount; fact.Unset where it is not known. Its count is spread over
	// neighbouring bands, unless it is sharp.
	euros int64
	sharp bool
	// rounds were closed before; fact.Unset where that is not known.
	rounds int8
}

// each visits the company's answers, each once, with how many parts it counts.
func (c *company) each(visit func(l Level, answer string, parts int64)) {
	for i := range c.activities {
		code, whole := c.activities[i].Answer()
		if whole && !slices.ContainsFunc(c.activities[:i], func(a fact.Activity) bool {
			other, _ := a.Answer()
			return other == code
		}) {
			visit(Sector, code, 1)
		}
	}
	for l, answer := range [...]string{
		Subdivision: c.where.Subdivision, Metro: c.where.Metro, Area: c.where.Area,
		Locality: c.where.Locality, Local: c.where.Local,
	} {
		if answer != "" {
			visit(Level(l), answer, 1)
		}
	}
	if c.stage > 0 && c.stage < stages {
		visit(Stage, c.stage.String(), 1)
	}
	switch middle := band(c.euros); {
	case c.euros < 0:
	case c.sharp:
		visit(Ticket, bandNames[middle], Ticket.parts())
	default:
		for i, w := range Smoothing {
			at := min(max(middle+i-len(Smoothing)/2, 0), bands-1)
			visit(Ticket, bandNames[at], int64(w))
		}
	}
	if c.rounds >= 0 {
		visit(Order, orderNames[min(c.rounds, orders-1)], 1)
	}
}

// backed is what is known of the company of a deal.
func backed(d *maecenasv1.Deal, x *fact.Exchange) *company {
	c := &company{where: fact.AnswersOf(d.GetSnapshot().GetPlace()), stage: d.GetStage(), euros: fact.Unset, rounds: fact.Unset}
	for _, a := range d.GetSnapshot().GetActivities() {
		if compiled, ok := fact.ActivityOf(a); ok {
			c.activities = append(c.activities, compiled)
		}
	}
	if d.Amount != nil {
		if euros, ok := x.ConvertUp(d.GetAmount(), fact.CurrencyOf(d.GetCurrencyCode()), fact.Euro); ok {
			c.euros = euros
		}
	}
	if d.RoundNumber != nil {
		c.rounds = int8(min(max(d.GetRoundNumber()-1, 0), orders-1))
	}
	return c
}

// asking is what is known of a need.
func asking(n *fact.Need, x *fact.Exchange) *company {
	c := &company{
		activities: n.Rest.Activities, where: n.Rest.Where,
		stage: maecenasv1.FundingStage_Stage(n.Stage), euros: fact.Unset, rounds: n.Rounds,
	}
	if euros, ok := x.ConvertUp(n.AmountMin, n.Currency, fact.Euro); ok {
		c.euros = euros
	}
	return c
}
