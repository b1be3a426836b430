package taxonomy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func TestDomains(t *testing.T) {
	t.Parallel()
	if len(taxonomy.Domains()) != 10 || len(taxonomy.Functions()) != 6 {
		t.Error(taxonomy.Domains(), taxonomy.Functions())
	}
	for _, d := range taxonomy.Domains() {
		if got, err := taxonomy.ParseDomain(string(d)); got != d || err != nil || d.Name() == "" {
			t.Errorf("%q: %q, %q, %v", d, got, d.Name(), err)
		}
	}
	for _, f := range taxonomy.Functions() {
		if f.Name() == "" {
			t.Errorf("%q has no name", f)
		}
	}
	if _, err := taxonomy.ParseDomain("MUSIC"); err == nil {
		t.Error("MUSIC is a domain")
	}
	taxonomy.Domains()[0] = "changed"
	if taxonomy.Domains()[0] != taxonomy.Heritage {
		t.Error("the caller changed the list")
	}
}

func TestDomainsOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		scheme taxonomy.Scheme
		code   string
		want   []taxonomy.Domain
	}{
		{taxonomy.NACE2, "59.11", []taxonomy.Domain{taxonomy.AudiovisualMultimedia}},
		{taxonomy.NACE2, "58.11", []taxonomy.Domain{taxonomy.BooksPress}},
		{taxonomy.NACE2, "58.29", nil},
		{taxonomy.NACE2, "91.01", []taxonomy.Domain{taxonomy.Archives, taxonomy.Libraries}},
		{taxonomy.NACE2, "91", []taxonomy.Domain{taxonomy.Heritage, taxonomy.Archives, taxonomy.Libraries}},
		{taxonomy.NACE2, "90.03", []taxonomy.Domain{taxonomy.BooksPress, taxonomy.VisualArts, taxonomy.PerformingArts}},
		{taxonomy.NACE2, "71.11", []taxonomy.Domain{taxonomy.Architecture}},
		{taxonomy.NACE2, "73.11", []taxonomy.Domain{taxonomy.Advertising}},
		{taxonomy.NACE2, "62.01", nil},
		{taxonomy.NACE2, "A", nil},
		{taxonomy.NACE21, "91.11", []taxonomy.Domain{taxonomy.Libraries}},
		{taxonomy.NACE21, "74.12", []taxonomy.Domain{taxonomy.VisualArts}},
		{taxonomy.NACE21, "58.12", []taxonomy.Domain{taxonomy.BooksPress}},
	} {
		if d := cmp.Diff(tt.want, taxonomy.DomainsOf(activity(t, tt.scheme, tt.code))); d != "" {
			t.Errorf("%s %s: %s", tt.scheme, tt.code, d)
		}
	}
	n := 0
	for _, c := range taxonomy.Activities(taxonomy.NACE2) {
		if c.Level() == 4 && len(taxonomy.DomainsOf(c)) > 0 {
			n++
		}
	}
	if n != 29 {
		t.Errorf("%d classes of NACE Rev. 2 have a domain, want 29", n)
	}
}

// Classes that correspond share a domain, or none has one.
func TestDomainsCorrespond(t *testing.T) {
	t.Parallel()
	for _, c := range taxonomy.Activities(taxonomy.NACE21) {
		if c.Level() != 4 || len(taxonomy.DomainsOf(c)) == 0 {
			continue
		}
		possible := map[taxonomy.Domain]bool{}
		for _, k := range taxonomy.Correspond(c, taxonomy.NACE2) {
			for _, d := range taxonomy.DomainsOf(k) {
				possible[d] = true
			}
		}
		for _, d := range taxonomy.DomainsOf(c) {
			if !possible[d] {
				t.Errorf("%v has domain %s, which no class it came from has", c, d)
			}
		}
	}
}
