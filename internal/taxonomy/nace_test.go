package taxonomy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

func activity(t testing.TB, scheme taxonomy.Scheme, code string) taxonomy.Class {
	t.Helper()
	c, err := taxonomy.ParseActivity(scheme, code)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseActivity(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		scheme  taxonomy.Scheme
		code    string
		want    string
		level   int
		section string
	}{
		{taxonomy.NACE2, "J", "J", 1, "J"},
		{taxonomy.NACE2, "j", "J", 1, "J"},
		{taxonomy.NACE2, "U", "U", 1, "U"},
		{taxonomy.NACE21, "V", "V", 1, "V"},
		{taxonomy.NACE2, "59", "59", 2, "J"},
		{taxonomy.NACE2, "01", "01", 2, "A"},
		{taxonomy.NACE2, "591", "59.1", 3, "J"},
		{taxonomy.NACE2, "59.1", "59.1", 3, "J"},
		{taxonomy.NACE2, "5911", "59.11", 4, "J"},
		{taxonomy.NACE2, "59.11", "59.11", 4, "J"},
		{taxonomy.NACE2, "J59.11", "59.11", 4, "J"},
		{taxonomy.NACE2, "J59", "59", 2, "J"},
		{taxonomy.NACE2, "90.0", "90.0", 3, "R"},
		{taxonomy.NACE2, "90.01", "90.01", 4, "R"},
		{taxonomy.NACE2, "59.99", "59.99", 4, "J"},
		{taxonomy.NACE2, "63.91", "63.91", 4, "J"},
		{taxonomy.NACE21, "63.91", "63.91", 4, "K"},
		{taxonomy.NACE21, "60.31", "60.31", 4, "J"},
		{taxonomy.NACE21, "90.11", "90.11", 4, "S"},
		{taxonomy.NACE2, "45", "45", 2, "G"},
	} {
		c := activity(t, tt.scheme, tt.code)
		if c.String() != tt.want || c.Level() != tt.level || c.Section() != tt.section || c.Scheme() != tt.scheme {
			t.Errorf("ParseActivity(%s, %q) = %s level %d section %s scheme %s, want %s, %d, %s",
				tt.scheme, tt.code, c, c.Level(), c.Section(), c.Scheme(), tt.want, tt.level, tt.section)
		}
	}
}

func TestParseActivityRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		scheme taxonomy.Scheme
		code   string
		reason string
	}{
		{taxonomy.NACE2, "", "form"},
		{taxonomy.NACE2, "5", "form"},
		{taxonomy.NACE2, "59.", "form"},
		{taxonomy.NACE2, "5.911", "form"},
		{taxonomy.NACE2, "59.1.1", "form"},
		{taxonomy.NACE2, "591.1", "form"},
		{taxonomy.NACE2, "59.111", "form"},
		{taxonomy.NACE2, "59 11", "form"},
		{taxonomy.NACE2, " 59", "form"},
		{taxonomy.NACE2, "५९", "form"},
		{taxonomy.NACE2, "JJ", "form"},
		{taxonomy.NACE2, "V", "no section"},
		{taxonomy.NACE2, "Z", "no section"},
		{taxonomy.NACE2, "04", "no division 04"},
		{taxonomy.NACE2, "00.11", "no division 00"},
		{taxonomy.NACE21, "45", "no division 45"},
		{taxonomy.NACE2, "K59", "not in section K"},
		{taxonomy.Scheme("OTHER"), "59", "no known scheme"},
		{taxonomy.Scheme(""), "59", "no known scheme"},
	} {
		_, err := taxonomy.ParseActivity(tt.scheme, tt.code)
		var code *taxonomy.CodeError
		if !errors.As(err, &code) || !strings.Contains(code.Reason, tt.reason) || code.Code != tt.code {
			t.Errorf("ParseActivity(%s, %q): %v, want a reason with %q", tt.scheme, tt.code, err, tt.reason)
		}
	}
}

func TestParents(t *testing.T) {
	t.Parallel()
	var got []string
	for c, ok := activity(t, taxonomy.NACE2, "59.11"), true; ok; c, ok = c.Parent() {
		got = append(got, c.String()+" "+c.Name())
	}
	want := []string{
		"59.11 Motion picture, video and television programme production activities",
		"59.1 Motion picture, video and television programme activities",
		"59 Motion picture, video and television programme production, sound recording and music publishing activities",
		"J Information and communication",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, ok := (taxonomy.Class{}).Parent(); ok || !(taxonomy.Class{}).IsZero() {
		t.Error("the zero Class has a parent or is not zero")
	}
}

func TestListed(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"J": true, "59": true, "59.1": true, "59.11": true, "01.11": true, "59.3": false, "59.99": false,
	} {
		if got := activity(t, taxonomy.NACE2, code).Listed(); got != want {
			t.Errorf("%s listed: %v", code, got)
		}
	}
}

// anyClass draws a code of any level of either scheme, listed or not.
func anyClass(t *rapid.T, schemes ...taxonomy.Scheme) taxonomy.Class {
	scheme := rapid.SampledFrom(schemes).Draw(t, "scheme")
	known := taxonomy.Activities(scheme)
	c := rapid.SampledFrom(known).Draw(t, "known")
	if c.Level() == 2 && rapid.Bool().Draw(t, "deeper") {
		deeper, err := taxonomy.ParseActivity(scheme, c.String()+rapid.StringMatching(`[0-9]{1,2}`).Draw(t, "digits"))
		if err != nil {
			t.Fatal(err)
		}
		return deeper
	}
	return c
}

func TestActivityLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyClass(t, taxonomy.NACE2, taxonomy.NACE21)
		b := anyClass(t, taxonomy.NACE2, taxonomy.NACE21)
		again, err := taxonomy.ParseActivity(a.Scheme(), a.String())
		if err != nil || again != a {
			t.Fatalf("%v parses as %v, %v", a, again, err)
		}
		if !a.Contains(a) {
			t.Fatalf("%v does not contain itself", a)
		}
		if a != b && a.Contains(b) && b.Contains(a) {
			t.Fatalf("%v and %v contain each other", a, b)
		}
		if a.Contains(b) {
			for p, ok := a.Parent(); ok; p, ok = p.Parent() {
				if !p.Contains(b) || b.Contains(p) {
					t.Fatalf("%v is in %v but not in its parent %v", b, a, p)
				}
			}
		}
		if a.Contains(b) != (a.Scheme() == b.Scheme() && ancestor(b, a)) {
			t.Fatalf("%v contains %v: %v", a, b, a.Contains(b))
		}
	})
}

func ancestor(c, of taxonomy.Class) bool {
	for ok := true; ok; c, ok = c.Parent() {
		if c == of {
			return true
		}
	}
	return false
}

func TestSearchActivities(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		words  string
		scheme taxonomy.Scheme
		want   string // the first answer
	}{
		{"performing arts", taxonomy.NACE2, "90.01"},
		{"Publishing of books", taxonomy.NACE21, "58.11"},
		{"Books publish", taxonomy.NACE21, "58.1"},
		{"video games", taxonomy.NACE21, "58.21"},
		{"musical instruments", taxonomy.NACE2, "32.2"},
		{"architectural activities", taxonomy.NACE2, "71.11"},
		{"59.1", taxonomy.NACE2, "59.1"},
		{"r", taxonomy.NACE2, "R"},
	} {
		got := taxonomy.SearchActivities(tt.words, tt.scheme, 5)
		if len(got) == 0 || len(got) > 5 || got[0].String() != tt.want {
			t.Errorf("%q: %v, want %s first", tt.words, got, tt.want)
		}
	}
	for _, words := range []string{"", "  ", "zzz", "—"} {
		if got := taxonomy.SearchActivities(words, taxonomy.NACE2, 5); len(got) != 0 {
			t.Errorf("%q: %v", words, got)
		}
	}
	if got := taxonomy.SearchActivities("arts", taxonomy.NACE2, -1); len(got) != 0 {
		t.Errorf("limit -1: %v", got)
	}
	if got := taxonomy.SearchActivities("arts", "OTHER", 5); len(got) != 0 {
		t.Errorf("scheme OTHER: %v", got)
	}
}

func FuzzParseActivity(f *testing.F) {
	for _, s := range []string{"J", "59", "59.1", "5911", "J59.11", "59.", "", "V99.00", "45"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		for _, scheme := range []taxonomy.Scheme{taxonomy.NACE2, taxonomy.NACE21} {
			c, err := taxonomy.ParseActivity(scheme, code)
			if err != nil {
				if !c.IsZero() {
					t.Fatalf("%q: an error and %v", code, c)
				}
				continue
			}
			again, err := taxonomy.ParseActivity(scheme, c.String())
			if err != nil || again != c || c.Level() < 1 || c.Level() > 4 || c.Section() == "" {
				t.Fatalf("%q: %v, again %v, %v", code, c, again, err)
			}
		}
	})
}

func BenchmarkParseActivity(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := taxonomy.ParseActivity(taxonomy.NACE2, "59.11"); err != nil {
			b.Fatal(err)
		}
	}
}
