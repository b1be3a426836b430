package taxonomy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func TestCloseness(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		entry, activity string
		low, high       int
	}{
		{"59.11", "59.11", 100, 100},
		{"59.1", "59.11", 100, 100},
		{"J", "59.11", 100, 100},
		{"59.11", "59.12", 75, 75},
		{"59.11", "59.20", 50, 50},
		{"59.1", "59.2", 50, 50},
		{"59.11", "60.10", 25, 25},
		{"59", "60", 25, 25},
		{"59.11", "90.01", 0, 0},
		{"J", "R", 0, 0},
		// Coarser than the entry: over the classes below.
		{"59.11", "59.1", 75, 100},
		{"59.11", "59", 50, 100},
		{"59.11", "J", 25, 100},
		{"59.1", "59", 50, 100},
		{"59.1", "J", 25, 100},
		{"59", "J", 25, 100},
		{"59.20", "59.2", 100, 100}, // its only class
		{"90.0", "90", 100, 100},    // its only group
		{"90.01", "90", 75, 100},
		{"36", "E", 25, 100},
		{"35.11", "D", 50, 100}, // a section of one division
		{"68", "L", 100, 100},   // likewise
		// Coarser, but elsewhere.
		{"59.11", "60", 25, 25},
		{"59.11", "59.2", 50, 50},
		{"59.11", "R", 0, 0},
		// Not listed, but of valid shape.
		{"59.11", "59.99", 50, 50},
		{"59.11", "59.19", 75, 75},
		{"59.99", "59", 50, 100},
		{"59.99", "59.9", 75, 100},
		{"59.29", "59.2", 75, 100},
	} {
		entry := activity(t, taxonomy.NACE2, tt.entry)
		low, high, ok := taxonomy.Closeness(entry, activity(t, taxonomy.NACE2, tt.activity))
		if low != tt.low || high != tt.high || !ok {
			t.Errorf("Closeness(%s, %s) = %d..%d, %v, want %d..%d", tt.entry, tt.activity, low, high, ok, tt.low, tt.high)
		}
	}
}

func TestClosenessBetweenSchemes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		scheme          taxonomy.Scheme // of the entry
		entry, activity string
		low, high       int
		ok              bool
	}{
		{taxonomy.NACE21, "59.11", "59.11", 100, 100, true},
		{taxonomy.NACE21, "60.31", "63.91", 100, 100, true},
		{taxonomy.NACE21, "60", "63.91", 100, 100, true},
		{taxonomy.NACE21, "74.12", "74.10", 75, 100, true},
		{taxonomy.NACE21, "90.12", "90.03", 25, 100, true},
		{taxonomy.NACE21, "S", "90.03", 100, 100, true},
		{taxonomy.NACE21, "90.20", "90", 25, 100, true},
		{taxonomy.NACE21, "59", "59.1", 100, 100, true},
		{taxonomy.NACE2, "58.13", "58.12", 100, 100, true},
		{taxonomy.NACE2, "58.12", "58.12", 75, 75, true}, // newspapers, not directories
		{taxonomy.NACE2, "91.01", "91.1", 100, 100, true},
		{taxonomy.NACE2, "73", "73.30", 25, 25, true}, // public relations came from 70.21
		{taxonomy.NACE21, "59.11", "01.11", 0, 0, false},
		{taxonomy.NACE21, "59.11", "59.99", 0, 0, false},
		{taxonomy.NACE21, "59.11", "J", 0, 0, false},
	} {
		other := taxonomy.NACE2
		if tt.scheme == other {
			other = taxonomy.NACE21
		}
		low, high, ok := taxonomy.Closeness(activity(t, tt.scheme, tt.entry), activity(t, other, tt.activity))
		if low != tt.low || high != tt.high || ok != tt.ok {
			t.Errorf("Closeness(%s %s, %s) = %d..%d, %v, want %d..%d, %v",
				tt.scheme, tt.entry, tt.activity, low, high, ok, tt.low, tt.high, tt.ok)
		}
	}
	if _, _, ok := taxonomy.Closeness(taxonomy.Class{}, taxonomy.Class{}); ok {
		t.Error("the zero Class has a closeness")
	}
}

func TestCorrespond(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, to taxonomy.Scheme
		code     string
		want     []string
	}{
		{taxonomy.NACE2, taxonomy.NACE21, "90.03", []string{"90.11", "90.12", "90.13", "91.30"}},
		{taxonomy.NACE2, taxonomy.NACE21, "90.04", []string{"90.31"}},
		{taxonomy.NACE2, taxonomy.NACE21, "58.14", []string{"58.13"}},
		{taxonomy.NACE2, taxonomy.NACE21, "91.02", []string{"91.21"}},
		{taxonomy.NACE2, taxonomy.NACE21, "59", []string{"59.11", "59.12", "59.13", "59.14", "59.20"}},
		{taxonomy.NACE21, taxonomy.NACE2, "91.30", []string{"90.03", "91.02", "91.03"}},
		{taxonomy.NACE21, taxonomy.NACE2, "74.1", []string{"74.10"}},
		{taxonomy.NACE21, taxonomy.NACE2, "47.61", []string{"47.61", "47.89", "47.91"}},
		{taxonomy.NACE2, taxonomy.NACE2, "59", []string{"59"}},
		{taxonomy.NACE2, taxonomy.NACE21, "47.91", nil}, // known from one side only
		{taxonomy.NACE2, taxonomy.NACE21, "01.11", nil},
		{taxonomy.NACE2, "OTHER", "59", nil},
	} {
		var got []string
		for _, c := range taxonomy.Correspond(activity(t, tt.from, tt.code), tt.to) {
			if c.Scheme() != tt.to {
				t.Errorf("%s: %v is of %s", tt.code, c, c.Scheme())
			}
			got = append(got, c.String())
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s %s: %s", tt.from, tt.code, d)
		}
	}
}

// Every class with a cultural domain has counterparts in the other scheme, and
// each relation is known from both sides.
func TestCorrespondCoversCulture(t *testing.T) {
	t.Parallel()
	other := map[taxonomy.Scheme]taxonomy.Scheme{taxonomy.NACE2: taxonomy.NACE21, taxonomy.NACE21: taxonomy.NACE2}
	for from, to := range other {
		for _, c := range taxonomy.Activities(from) {
			counterparts := taxonomy.Correspond(c, to)
			if c.Level() == 4 && len(taxonomy.DomainsOf(c)) > 0 && len(counterparts) == 0 {
				t.Errorf("%s %v has no counterpart", from, c)
			}
			for _, k := range counterparts {
				if !k.Listed() {
					t.Errorf("%s %v corresponds to %v, which is not listed", from, c, k)
				}
			}
		}
	}
}

func TestClosenessLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyClass(t, taxonomy.NACE2, taxonomy.NACE21)
		b := anyClass(t, taxonomy.NACE2, taxonomy.NACE21)
		low, high, ok := taxonomy.Closeness(a, b)
		if !ok {
			if a.Scheme() == b.Scheme() {
				t.Fatalf("no closeness of %v and %v", a, b)
			}
			return
		}
		if low < 0 || low > high || high > 100 {
			t.Fatalf("closeness of %v and %v is %d..%d", a, b, low, high)
		}
		if a.Scheme() != b.Scheme() {
			return
		}
		if (low == 100) != (a.Contains(b)) && a.Contains(b) {
			t.Fatalf("%v lies in %v at %d", b, a, low)
		}
		if a.Level() == b.Level() {
			l, h, _ := taxonomy.Closeness(b, a)
			if l != low || h != high {
				t.Fatalf("closeness of %v and %v: %d..%d and %d..%d", a, b, low, high, l, h)
			}
		}
		// Knowing the activity better narrows the interval.
		if p, ok := b.Parent(); ok && b.Listed() && a.Listed() {
			l, h, _ := taxonomy.Closeness(a, p)
			if l > low || h < high {
				t.Fatalf("%v to %v: %d..%d, to its parent %v: %d..%d", a, b, low, high, p, l, h)
			}
		}
	})
}

func BenchmarkCloseness(b *testing.B) {
	entry, coarse := activity(b, taxonomy.NACE2, "59.11"), activity(b, taxonomy.NACE2, "J")
	b.ReportAllocs()
	for b.Loop() {
		taxonomy.Closeness(entry, coarse)
	}
}
