package benchmark

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// country and currency are those of all rounds in the tables.
const (
	country  = "US"
	currency = "USD"
)

// stages are the kinds of round, by how far the organization has come.
var stages = map[string]maecenasv1.FundingStage_Stage{
	"crowdfunding":   maecenasv1.FundingStage_PRE_SEED,
	"angel":          maecenasv1.FundingStage_SEED,
	"series-a":       maecenasv1.FundingStage_EARLY,
	"other":          maecenasv1.FundingStage_EARLY,
	"series-b":       maecenasv1.FundingStage_GROWTH,
	"venture":        maecenasv1.FundingStage_GROWTH,
	"series-c+":      maecenasv1.FundingStage_EXPANSION,
	"private-equity": maecenasv1.FundingStage_ESTABLISHED,
	"post-ipo":       maecenasv1.FundingStage_ESTABLISHED,
}

func stage(kind string) (maecenasv1.FundingStage_Stage, error) {
	s, ok := stages[kind]
	if !ok && kind != "" {
		return 0, fmt.Errorf("stage: %q is not a kind of round", kind)
	}
	return s, nil
}

// place makes a place of a row: the state is its subdivision, the region its
// metropolitan area.
func place(r row) *maecenasv1.Place {
	p := &maecenasv1.Place{
		CountryCode:      country,
		MetropolitanArea: r.known("region"),
		Locality:         r.known("city"),
	}
	if state := r.known("state"); state != "" {
		p.RegionCode = country + "-" + state
	} else {
		// A city without its state names several.
		p.Locality = ""
	}
	return p
}

// activities makes a row's category an activity of a classification of its own.
func activities(r row) []*maecenasv1.Activity {
	category := r.known("category")
	if category == "" {
		return nil
	}
	return []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_OTHER, Code: category}}
}

func asker(r row) (Asker, error) {
	id := r.text("org_id")
	amount, err := r.amount("ask_amount_usd")
	if err != nil {
		return Asker{}, err
	}
	at, err := stage(r.known("ask_stage"))
	if err != nil {
		return Asker{}, err
	}
	rounds, err := strconv.Atoi(r.text("prior_rounds"))
	if err != nil {
		return Asker{}, fmt.Errorf("prior_rounds: %w", err)
	}
	name := "organizations/" + id
	shown := maecenasv1.Organization_TO_INVESTORS
	org := &maecenasv1.Organization{
		Name:        name,
		DisplayName: id,
		LegalForm:   maecenasv1.Organization_LIMITED_COMPANY,
		HelixRole:   maecenasv1.Organization_COMPANY,
		Place:       place(r),
		Activities:  activities(r),
		Listed:      true,
		Disclosure: &maecenasv1.Organization_Disclosure{
			Canvas: shown, Traction: shown, Financials: shown, Team: shown, FundingHistory: shown, Terms: shown,
		},
	}
	if founded := r.known("founded"); founded != "" {
		org.FoundedDate = &founded
	}
	need := &maecenasv1.Need{
		Name:         name + "/needs/round",
		Title:        "Round of " + id,
		Purpose:      maecenasv1.Need_GROWTH,
		AmountMin:    amount,
		AmountMax:    amount,
		CurrencyCode: currency,
		Stage:        at,
		Instruments:  []maecenasv1.Instrument_Kind{maecenasv1.Instrument_EQUITY},
		RoundNumber:  proto.Int32(int32(rounds) + 1),
		State:        maecenasv1.Need_OPEN,
	}
	return Asker{ID: id, Organization: org, Need: need}, nil
}

// weights are those of the four terms that the tables can speak to.
func weights() map[string]int32 {
	return map[string]int32{
		"SECTOR": 15, "PLACE": 40, "STAGE": 20, "TICKET": 25,
		"DESIGN": 0, "ROBUSTNESS": 0, "DEFENSIBILITY": 0, "TEAM": 0, "MARKET_EVIDENCE": 0,
		"IMPACT": 0, "CLUSTER": 0, "LANGUAGE": 0,
	}
}

func giver(r row) (Giver, error) {
	id := r.text("investor_id")
	least, err := r.amount("size_lo_usd")
	if err != nil {
		return Giver{}, err
	}
	most, err := r.amount("size_hi_usd")
	if err != nil {
		return Giver{}, err
	}
	name := "investors/" + id
	g := Giver{
		ID: id,
		Investor: &maecenasv1.Investor{
			Name: name, DisplayName: id, Type: maecenasv1.Investor_VENTURE_FUND,
		},
		Mandate: &maecenasv1.Mandate{
			Name:  name + "/mandates/rounds",
			Title: "Rounds of " + id,
			State: maecenasv1.Mandate_PUBLISHED,
			Instruments: []*maecenasv1.InstrumentOffer{{
				Instrument: maecenasv1.Instrument_EQUITY, AmountMin: least, AmountMax: most, CurrencyCode: currency,
			}},
			Weights:        weights(),
			LearnFromDeals: true,
		},
	}
	for _, kind := range strings.FieldsFunc(r.text("stages_list"), func(c rune) bool { return c == '|' }) {
		s, err := stage(kind)
		if err != nil {
			return Giver{}, err
		}
		if !slices.Contains(g.ListedStages, s) {
			g.ListedStages = append(g.ListedStages, s)
		}
	}
	return g, nil
}

// readHistory reads all deals, by investor, each one's by date and then file
// order, numbers the rounds of each organization, and sets the day asked.
func (b *Benchmark) readHistory(path string) (map[string][]*maecenasv1.Deal, error) {
	list, err := rows(path, deal)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("history.csv: holds no deal")
	}
	slices.SortStableFunc(list, func(x, y investorDeal) int { return cmp.Compare(x.deal.GetDate(), y.deal.GetDate()) })
	rounds := map[string][]string{}
	byInvestor := map[string][]*maecenasv1.Deal{}
	for i, d := range list {
		org := d.deal.GetOrganization()
		if dates := rounds[org]; len(dates) == 0 || dates[len(dates)-1] != d.deal.GetDate() {
			rounds[org] = append(dates, d.deal.GetDate())
		}
		d.deal.RoundNumber = proto.Int32(int32(len(rounds[org])))
		d.deal.Name = fmt.Sprintf("investors/%s/deals/d%06d", d.investor, i)
		byInvestor[d.investor] = append(byInvestor[d.investor], d.deal)
	}
	b.Day, err = dayAfter(list[len(list)-1].deal.GetDate())
	return byInvestor, err
}

type investorDeal struct {
	investor string
	deal     *maecenasv1.Deal
}

func deal(r row) (investorDeal, error) {
	amount, err := r.amount("amount_usd")
	if err != nil {
		return investorDeal{}, err
	}
	at, err := stage(r.known("stage"))
	if err != nil {
		return investorDeal{}, err
	}
	return investorDeal{r.text("investor_id"), &maecenasv1.Deal{
		Organization: "organizations/" + r.text("org_id"),
		Snapshot:     &maecenasv1.Deal_Snapshot{Place: place(r), Activities: activities(r)},
		Date:         r.text("date"),
		Instrument:   maecenasv1.Instrument_EQUITY,
		Amount:       amount,
		CurrencyCode: currency,
		Stage:        at,
		Origin:       maecenasv1.Deal_IMPORTED,
		Published:    true,
	}}, nil
}
