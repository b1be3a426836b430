package evaluate_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/dataset/ranking"
	"github.com/maecenas-cci/maecenas/internal/evaluate"
)

// small writes an invented folder: one investor backed two music companies in
// Springfield, the other a games company far away.
func small(t *testing.T, positives bool) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "part")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	tables := map[string]string{
		filepath.Join(root, "history.csv"): `investor_id,org_id,date,category,region,state,city,stage,amount_usd
i1,o8,2010-03-01,music,Springfield,IL,springfield,angel,500000
i1,o9,2010-04-01,music,Springfield,IL,springfield,angel,400000
i2,o7,2009-05-01,games,Portland,OR,portland,series-b,9000000
`,
		filepath.Join(dir, "organisations.csv"): `org_id,country,state,region,city,category,founded,ask_stage,ask_amount_usd,prior_rounds
near,USA,IL,Springfield,springfield,music,,angel,450000,0
far,USA,OR,Portland,portland,games,,series-b,9000000,2
other,USA,TX,Dallas,dallas,news,,post-ipo,,1
`,
		filepath.Join(dir, "investors.csv"): `investor_id,has_positive,stages_list,size_lo_usd,size_hi_usd
i1,1,angel,400000,500000
i2,0,series-b,9000000,9000000
`,
		filepath.Join(dir, "already_backed.csv"): "investor_id,org_id\n",
	}
	if positives {
		tables[filepath.Join(dir, "positives.csv")] = "investor_id,org_id,date\ni1,near,2010-06-01\n"
	}
	for path, text := range tables {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRunWritesEveryPairAndMeasures(t *testing.T) {
	t.Parallel()
	for _, reverse := range []bool{false, true} {
		var out bytes.Buffer
		var steps int
		report, err := evaluate.Run(t.Context(), small(t, true), evaluate.Options{
			Reverse: reverse, Progress: func(int, int) { steps++ },
		}, &out)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 7 || rows[0][0] != "investor_id" {
			t.Fatalf("rows %v, %v", rows, err)
		}
		first := rows[1]
		if reverse && (first[0] != "i1" || first[1] != "near") || !reverse && first[1] != "near" {
			t.Errorf("reverse %v: the first row is %v", reverse, first)
		}
		if steps != report.Queries || report.Pairs != 6 || report.Figures.Queries != 1 {
			t.Errorf("reverse %v: %+v after %d steps", reverse, report, steps)
		}
		if f := report.Figures.Of[ranking.AUC].Mean; f != 1 {
			t.Errorf("reverse %v: AUC %v", reverse, f)
		}
	}
}

func TestRunWithoutPositivesRanksOnly(t *testing.T) {
	t.Parallel()
	report, err := evaluate.Run(t.Context(), small(t, false), evaluate.Options{}, nil)
	if err != nil || report.Pairs != 6 || report.Figures.Queries != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

type fullDisk struct{}

var errFull = errors.New("no room")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestRunEndsWithItsWriterAndItsContext(t *testing.T) {
	t.Parallel()
	if _, err := evaluate.Run(t.Context(), small(t, true), evaluate.Options{}, fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := evaluate.Run(ctx, small(t, true), evaluate.Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run: %v", err)
	}
}
