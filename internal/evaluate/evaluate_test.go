package evaluate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/dataset/ranking"
	"github.com/maecenas-cci/maecenas/internal/evaluate"
)

// folder is a part of the shared development benchmark, which never is in the
// repository.
func folder(t testing.TB, part string) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "benchmark", "dev", part)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the benchmark is not at hand: %v", err)
	}
	return dir
}

// TestTheBenchmark holds the rankings to what the method as written reaches, with
// room for the ways in which ties can fall. A miss means that the method or its
// description is wrong.
func TestTheBenchmark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part            string
		reverse, graded bool
		ndcg, auc       float64
		large           bool
	}{
		{part: "cre", ndcg: .128, auc: .804},
		{part: "cre", reverse: true, ndcg: .181, auc: .896},
		{part: "all", ndcg: .044, auc: .829, large: true},
		{part: "all", reverse: true, ndcg: .205, auc: .841, large: true},
		{part: "cre", graded: true, ndcg: .080, auc: .790},
		{part: "cre", reverse: true, graded: true, ndcg: .160, auc: .888},
		{part: "all", graded: true, ndcg: .030, auc: .815, large: true},
		{part: "all", reverse: true, graded: true, ndcg: .191, auc: .830, large: true},
	} {
		name := c.part
		if c.reverse {
			name += " in reverse"
		}
		if c.graded {
			name += ", grades alone"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.large && os.Getenv("MAECENAS_TEST_SLOW") == "" {
				t.Skip("millions of pairs: set MAECENAS_TEST_SLOW to rank them")
			}
			report, err := evaluate.Run(t.Context(), folder(t, c.part), evaluate.Options{Reverse: c.reverse, Graded: c.graded}, scoresFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			t.Log(report.Figures)
			if got := report.Figures.Of[ranking.NDCG10].Mean; got < c.ndcg {
				t.Errorf("NDCG@10 is %.3f, less than %.3f", got, c.ndcg)
			}
			if got := report.Figures.Of[ranking.AUC].Mean; got < c.auc {
				t.Errorf("AUC is %.3f, less than %.3f", got, c.auc)
			}
			if report.Day != "2011-10-01" {
				t.Errorf("the day asked is %s", report.Day)
			}
			if want := report.Organizations * report.Investors; report.Pairs != want {
				t.Errorf("%d pairs are ranked, want all %d", report.Pairs, want)
			}
		})
	}
}

func TestARunIsReproducible(t *testing.T) {
	t.Parallel()
	dir := small(t, true)
	var first, second bytes.Buffer
	one, err := evaluate.Run(t.Context(), dir, evaluate.Options{}, &first)
	if err != nil {
		t.Fatal(err)
	}
	two, err := evaluate.Run(t.Context(), dir, evaluate.Options{}, &second)
	if err != nil {
		t.Fatal(err)
	}
	if one != two || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("two runs differ: %v, then %v", one, two)
	}
}

func TestAFolderThatIsNone(t *testing.T) {
	t.Parallel()
	if _, err := evaluate.Run(t.Context(), t.TempDir(), evaluate.Options{}, nil); err == nil {
		t.Error("an empty folder is no error")
	}
}

// scoresFile keeps a run's scores where MAECENAS_SCORES names a folder, for the
// judge that comes with the benchmark.
func scoresFile(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("MAECENAS_SCORES")
	if dir == "" {
		dir = t.TempDir()
	}
	file, err := os.Create(filepath.Join(dir, name+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}
