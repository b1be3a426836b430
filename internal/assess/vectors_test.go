package assess_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/encoding/protojson"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// vector is one published case: an input with what is expected of it.
type vector struct {
	name         string
	organization *maecenasv1.Organization
	canvas       *maecenasv1.Canvas
	date         string
	expected     map[string]json.RawMessage
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/assessment/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors in testdata/assessment: %v", err)
	}
	vectors := make([]vector, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Organization, Canvas json.RawMessage
			AssessDate           string
			Expected             map[string]json.RawMessage
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		v := vector{name: filepath.Base(path), date: file.AssessDate, expected: file.Expected}
		if file.Organization != nil {
			v.organization = &maecenasv1.Organization{}
			if err := protojson.Unmarshal(file.Organization, v.organization); err != nil {
				t.Fatalf("%s: organization: %v", path, err)
			}
		}
		if file.Canvas != nil {
			v.canvas = &maecenasv1.Canvas{}
			if err := protojson.Unmarshal(file.Canvas, v.canvas); err != nil {
				t.Fatalf("%s: canvas: %v", path, err)
			}
		}
		vectors = append(vectors, v)
	}
	return vectors
}

// TestVectors compares every field that a vector carries with the API's JSON.
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range loadVectors(t) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			in := assess.Of(v.organization, v.canvas)
			a := assess.Assess(in)
			assess.Complete(a, in, v.date)
			for _, d := range a.Dimensions {
				d.Inputs = nil
			}
			text, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]json.RawMessage
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			for field, raw := range v.expected {
				want, have := decode(t, raw), decode(t, got[field])
				if diff := cmp.Diff(want, have, cmpopts.IgnoreMapEntries(func(key string, value any) bool {
					list, ok := value.([]any)
					return key == "inputs" && ok && len(list) == 0
				})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", field, diff)
				}
			}
			if violations := assess.Check(v.organization, v.canvas); len(violations) > 0 {
				t.Errorf("Check refuses it: %v", violations)
			}
		})
	}
}

func decode(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return value
}

// TestVectorsAreThePublished compares the copy with where it comes from.
func TestVectorsAreThePublished(t *testing.T) {
	t.Parallel()
	const published = "../../../shared/vectors/assessment"
	paths, err := filepath.Glob(published + "/*.json")
	if err != nil || len(paths) == 0 {
		t.Skipf("no vectors in %s", published)
	}
	if copies := loadVectors(t); len(copies) != len(paths) {
		t.Errorf("%d vectors are published, %d are here", len(paths), len(copies))
	}
	for _, path := range paths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../../testdata/assessment", filepath.Base(path)))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s differs (%v)", filepath.Base(path), err)
		}
	}
}
