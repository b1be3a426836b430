package synthetic

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

func needs(o Options, i int, yield func(*maecenasv1.Record) bool) bool {
	p, d := profileOf(o, i), throw(o, forNeed, i)
	if !yield(need(d, p, "first")) {
		return false
	}
	return !d.of(15) || yield(need(d, p, "second"))
}

func need(d dice, p profile, id string) *maecenasv1.Record {
	least := d.money(8000, 2+int(p.stage))
	n := &maecenasv1.Need{
		Name:         p.name + "/needs/" + id,
		Title:        "Need",
		Purpose:      maecenasv1.Need_Purpose(d.between(1, 8)),
		AmountMin:    fact(d, p, least),
		CurrencyCode: p.land.currency,
		Stage:        p.stage,
		State:        maecenasv1.Need_OPEN,
		RoundNumber:  fact(d, p, int32(1+d.skewed(4))),
	}
	if n.AmountMin != nil {
		n.AmountMax = proto.Int64(least * int64(d.between(10, 30)) / 10)
	}
	if d.of(5) {
		n.Stage = maecenasv1.FundingStage_STAGE_UNSPECIFIED
	}
	for range d.between(1, 4) {
		if kind := pick(d, instruments); !slices.Contains(n.Instruments, kind) {
			n.Instruments = append(n.Instruments, kind)
		}
	}
	if d.of(50) {
		n.Terms = &maecenasv1.Need_Terms{
			MaxDilutionBp: proto.Int32(int32(d.between(5, 30) * 100)),
			MaxInterestBp: proto.Int32(int32(d.between(3, 10) * 100)),
		}
		if d.of(40) {
			n.Terms.AcceptsPersonalGuarantee = proto.Bool(d.of(30))
		}
	}
	if d.of(40) {
		n.WantedSupport = []maecenasv1.Support_Kind{maecenasv1.Support_Kind(d.between(1, 6))}
	}
	if d.of(25) {
		n.Secured = []*maecenasv1.Need_Secured{{Source: "own", Amount: least * int64(d.between(5, 60)) / 100}}
	}
	if d.of(60) {
		n.NeededByDate = fmt.Sprintf("2027-%02d-%02d", d.between(1, 12), d.between(1, 28))
	}
	if d.of(6) {
		n.State = even(d, []maecenasv1.Need_State{maecenasv1.Need_DRAFT, maecenasv1.Need_FUNDED, maecenasv1.Need_WITHDRAWN})
	}
	return &maecenasv1.Record{Resource: &maecenasv1.Record_Need{Need: n}}
}
