// Package benchmark reads the ranking benchmark: a folder of real funding rounds
// as tables, which it turns into the product's own organizations, needs,
// investors, mandates and deals, so that they can be ranked like any others.
//
// A folder holds organisations.csv (who asks, and for what), investors.csv (who
// may give), already_backed.csv (pairs to leave out) and, for measuring,
// positives.csv (pairs that came about); history.csv, all deals before the day
// asked, lies one folder up. The tables are for measuring alone: nothing of them
// is shipped.
package benchmark

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Asker is an organization with its one need.
type Asker struct {
	// ID is its id in the tables.
	ID string
	// Organization is the organization; it has no canvas and no figures.
	Organization *maecenasv1.Organization
	// Need is what it asks for.
	Need *maecenasv1.Need
}

// Giver is an investor with its one mandate.
type Giver struct {
	// ID is its id in the tables.
	ID string
	// Investor is the investor.
	Investor *maecenasv1.Investor
	// Mandate is what it gives; it states no preference and agrees to learn.
	Mandate *maecenasv1.Mandate
	// Deals are its deals before the day asked, by date, those of one day in the
	// order of the file.
	Deals []*maecenasv1.Deal
	// ListedStages are the stages that it is known for.
	ListedStages []maecenasv1.FundingStage_Stage
}

// Pair is an investor and an organization, by their ids in the tables.
type Pair struct{ Investor, Organization string }

// Benchmark is what a folder holds.
type Benchmark struct {
	// Day is the day asked, YYYY-MM-DD: the first of the month after the last deal
	// of the history.
	Day string
	// Askers are the organizations, in the order of the file.
	Askers []Asker
	// Givers are the investors, in the order of the file.
	Givers []Giver
	// Others are the deals of each investor that is no giver here, ordered as a
	// giver's.
	Others [][]*maecenasv1.Deal
	// LeftOut are pairs that no ranking counts.
	LeftOut map[Pair]bool
	// Chosen are pairs that came about after the day asked; nil where the folder
	// does not tell.
	Chosen map[Pair]bool
}

// Read reads a benchmark folder.
func Read(dir string) (*Benchmark, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, errors.New("there is no such folder")
	}
	b := &Benchmark{}
	deals, err := b.readHistory(filepath.Join(dir, "..", "history.csv"))
	if err != nil {
		return nil, err
	}
	if b.Askers, err = rows(filepath.Join(dir, "organisations.csv"), asker); err != nil {
		return nil, err
	}
	if b.Givers, err = rows(filepath.Join(dir, "investors.csv"), giver); err != nil {
		return nil, err
	}
	for i := range b.Givers {
		b.Givers[i].Deals = deals[b.Givers[i].ID]
		delete(deals, b.Givers[i].ID)
	}
	for _, id := range sortedKeys(deals) {
		b.Others = append(b.Others, deals[id])
	}
	if b.LeftOut, err = pairs(filepath.Join(dir, "already_backed.csv")); err != nil {
		return nil, err
	}
	b.Chosen, err = pairs(filepath.Join(dir, "positives.csv"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return b, nil
}

func pairs(path string) (map[Pair]bool, error) {
	list, err := rows(path, func(r row) (Pair, error) { return Pair{r.text("investor_id"), r.text("org_id")}, nil })
	if err != nil {
		return nil, err
	}
	set := make(map[Pair]bool, len(list))
	for _, p := range list {
		set[p] = true
	}
	return set, nil
}

// dayAfter is the first day of the month after a day.
func dayAfter(last string) (string, error) {
	t, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return "", fmt.Errorf("benchmark: the last date of the history: %w", err)
	}
	return time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
}
