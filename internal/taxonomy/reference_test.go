package taxonomy_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// reference reads an official code list from the shared folder beside the
// repository and skips where it is not at hand.
func reference(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "reference", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the official list %s is not at hand", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := make(map[string]string)
		for i, column := range rows[0] {
			m[column] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func TestNACEReference(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, row := range reference(t, "nace_rev2.csv") {
		c := activity(t, taxonomy.NACE2, row["code"])
		listed[c.String()] = true
		if !c.Listed() {
			t.Errorf("%v is not listed", c)
		}
		if p, ok := c.Parent(); ok != (row["parent"] != "") || ok && p.String() != row["parent"] {
			t.Errorf("%v has parent %v, want %s", c, p, row["parent"])
		}
		if name := c.Name(); !strings.EqualFold(name, row["name"]) && (name != "" || c.Level() <= 2) {
			t.Errorf("%v is %q, want %q", c, name, row["name"])
		}
	}
	for _, c := range taxonomy.Activities(taxonomy.NACE2) {
		if !listed[c.String()] {
			t.Errorf("%v is named but not official", c)
		}
		for k := 0; k < 100 && c.Level() == 2; k++ {
			class := activity(t, taxonomy.NACE2, c.String()+string([]byte{byte('0' + k/10), byte('0' + k%10)}))
			if class.Listed() != listed[class.String()] {
				t.Errorf("%v listed: %v", class, class.Listed())
			}
		}
	}
}

func TestNUTSReference(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, row := range reference(t, "nuts_2021_2024.csv") {
		code := row["code"]
		listed[code] = true
		country := strings.Trim(row["country"], "'")
		if iso := map[string]string{"EL": "GR", "UK": "GB"}[country]; iso != "" {
			country = iso
		}
		r, err := taxonomy.ParseRegion(country, code)
		if err != nil {
			t.Error(err)
			continue
		}
		if r.String() != code || r.Level() != int(row["level"][0]-'0') {
			t.Errorf("%s parses as %v at level %d", code, r, r.Level())
		}
		if r.Level() <= 2 && evened(r.Name()) != evened(row["name"]) {
			t.Errorf("%s is %q, want %q", code, r.Name(), row["name"])
		}
	}
	for _, c := range taxonomy.Countries() {
		for _, r := range taxonomy.Regions(c) {
			if r.InNUTS2024() && !listed[r.String()] {
				t.Errorf("%v is in NUTS 2024 here but not in the list", r)
			}
		}
	}
}

// evened levels out what the official list does not: white space, case, and
// the Latin capital A in some Greek names.
func evened(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if strings.ContainsAny(name, "αοιτ") {
		name = strings.ReplaceAll(name, "A", "Α")
	}
	return strings.ToLower(name)
}
