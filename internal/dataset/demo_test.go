package dataset_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

var update = flag.Bool("update", false, "rewrite the demo files as Writer writes them")

// demoRecords reads the demo files; every line must be taken.
func demoRecords(t testing.TB) []*maecenasv1.Record {
	t.Helper()
	var all []*maecenasv1.Record
	for _, name := range demo.Names() {
		for row, err := range dataset.Read(demoFile(t, name), dataset.ReadOptions{}) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if row.Rejection != nil {
				t.Errorf("%s: %v", name, row.Rejection)
				continue
			}
			all = append(all, row.Record)
		}
	}
	return all
}

func demoFile(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := demo.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestDemoFilesAreAsWriterWritesThem(t *testing.T) {
	t.Parallel()
	for _, name := range demo.Names() {
		text, err := io.ReadAll(demoFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		w := dataset.NewWriter(&again, dataset.WriteOptions{})
		for row, err := range dataset.Read(bytes.NewReader(text), dataset.ReadOptions{}) {
			if err != nil || row.Rejection != nil {
				t.Fatalf("%s: %v %v", name, err, row.Rejection)
			}
			if err := w.Write(row.Record); err != nil {
				t.Fatal(err)
			}
		}
		if bytes.Equal(text, again.Bytes()) {
			continue
		}
		if !*update {
			t.Errorf("%s is not as Writer writes it; run the test with -update", name)
			continue
		}
		path := filepath.Join("..", "..", "testdata", "demo", name)
		if err := os.WriteFile(path, again.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDemoIsValid(t *testing.T) {
	t.Parallel()
	validator, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	last := dataset.KindNone
	for _, r := range demoRecords(t) {
		name := dataset.NameOf(r)
		if err := validator.Validate(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if seen[name] || name == "" {
			t.Errorf("the name %q occurs twice or is empty", name)
		}
		if parent := parentOf(name); parent != "" && !seen[parent] {
			t.Errorf("%s stands before %s", name, parent)
		}
		seen[name] = true
		if kind := dataset.KindOf(r); kind < last {
			t.Errorf("%s: a %s after a %s", name, kind, last)
		} else {
			last = kind
		}
		checkCodes(t, name, r.ProtoReflect())
		if c := r.GetCanvas(); c != nil {
			checkReferences(t, c)
		}
		if d := r.GetDeal(); d != nil && d.GetOrganization() != "" && !seen[d.GetOrganization()] {
			t.Errorf("%s: no %s", name, d.GetOrganization())
		}
	}
	for _, r := range demoRecords(t) {
		for _, p := range r.GetOrganization().GetPriorFunding() {
			if p.GetInvestor() != "" && !seen[p.GetInvestor()] {
				t.Errorf("%s: no %s", dataset.NameOf(r), p.GetInvestor())
			}
		}
		for _, m := range r.GetMandate().GetIncompatibleMandates() {
			if !seen[m] {
				t.Errorf("%s: no %s", dataset.NameOf(r), m)
			}
		}
	}
}

// parentOf returns the name of the resource that has to stand before one.
func parentOf(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) <= 2 {
		return ""
	}
	return strings.Join(parts[:2], "/")
}

// checkCodes parses every code of a message with the product's own tables.
func checkCodes(t *testing.T, name string, m protoreflect.Message) {
	t.Helper()
	report := func(err error) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Name() == "currency_code":
			_, err := taxonomy.ParseCurrency(v.String())
			report(err)
		case strings.HasSuffix(string(f.Name()), "country_code"):
			_, err := taxonomy.ParseCountry(v.String())
			report(err)
		case f.Name() == "region_code":
			country := m.Get(m.Descriptor().Fields().ByName("country_code")).String()
			_, err := taxonomy.ParseRegion(country, v.String())
			report(err)
		case strings.HasSuffix(string(f.Name()), "_date") || f.Name() == "date":
			_, err := time.Parse(time.DateOnly, v.String())
			report(err)
		case f.Message() != nil && f.IsList():
			for i := range v.List().Len() {
				checkCodes(t, name, v.List().Get(i).Message())
			}
		case f.Message() != nil && !f.IsMap():
			checkCodes(t, name, v.Message())
		}
		if a, ok := m.Interface().(*maecenasv1.Activity); ok && f.Name() == "code" {
			_, err := taxonomy.ParseActivity(taxonomy.Scheme(a.GetScheme().String()), a.GetCode())
			report(err)
		}
		return true
	})
}

// checkReferences holds a canvas to its own ids, whatever package assess says.
func checkReferences(t *testing.T, c *maecenasv1.Canvas) {
	t.Helper()
	blocks := map[string]string{}
	add := func(block, id string) {
		if blocks[id] != "" {
			t.Errorf("%s: id %s twice", c.GetName(), id)
		}
		blocks[id] = block
	}
	for _, x := range c.GetCustomerSegments() {
		add("segment", x.GetId())
	}
	for _, x := range c.GetValuePropositions() {
		add("proposition", x.GetId())
	}
	for _, x := range c.GetChannels() {
		add("channel", x.GetId())
	}
	for _, x := range c.GetCustomerRelationships() {
		add("relationship", x.GetId())
	}
	for _, x := range c.GetRevenueStreams() {
		add("stream", x.GetId())
	}
	for _, x := range c.GetKeyResources() {
		add("resource", x.GetId())
	}
	for _, x := range c.GetKeyActivities() {
		add("activity", x.GetId())
	}
	for _, x := range c.GetKeyPartnerships() {
		add("partnership", x.GetId())
	}
	for _, x := range c.GetCostItems() {
		add("cost", x.GetId())
	}
	expect := func(from, id string, want ...string) {
		if !slices.Contains(want, blocks[id]) {
			t.Errorf("%s: %s names %q, which is a %q, not one of %v", c.GetName(), from, id, blocks[id], want)
		}
	}
	all := func(from string, ids []string, want string) {
		for _, id := range ids {
			expect(from, id, want)
		}
	}
	for _, x := range c.GetValuePropositions() {
		all(x.GetId(), x.GetSegmentIds(), "segment")
	}
	for _, x := range c.GetChannels() {
		all(x.GetId(), x.GetSegmentIds(), "segment")
	}
	for _, x := range c.GetCustomerRelationships() {
		all(x.GetId(), x.GetSegmentIds(), "segment")
	}
	for _, x := range c.GetRevenueStreams() {
		expect(x.GetId(), x.GetSegmentId(), "segment")
	}
	for _, x := range c.GetKeyResources() {
		all(x.GetId(), x.GetValuePropositionIds(), "proposition")
	}
	for _, x := range c.GetKeyActivities() {
		all(x.GetId(), x.GetValuePropositionIds(), "proposition")
	}
	for _, x := range c.GetCostItems() {
		if x.GetDriverId() != "" {
			expect(x.GetId(), x.GetDriverId(), "activity", "resource")
		}
	}
}
