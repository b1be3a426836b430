package privacy_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// exported is the files of an archive over REST.
func exported(t *testing.T, c *testserver.Client, name string) map[string]string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+"/v1/"+name+":export", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%s: %d %v %v %s", name, response.StatusCode, response.Header, err, content[:min(len(content), 300)])
	}
	return unzip(t, content)
}

func unzip(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, file := range archive.File {
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if err := errors.Join(err, opened.Close()); err != nil {
			t.Fatal(err)
		}
		files[file.Name] = string(text)
	}
	return files
}

// TestExportOfAnOrganization: every text of it is there, in JSON and in tables, its
// scores and matches with their reasons, and nothing of what the other side keeps to
// itself.
func TestExportOfAnOrganization(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	const acme = "organizations/zcanary-acme"
	files := exported(t, owner, acme)
	lines, tables := "", ""
	for name, text := range files {
		if strings.HasSuffix(name, ".jsonl") {
			lines += text
		} else if strings.HasSuffix(name, ".csv") {
			tables += text
		}
		if strings.Contains(text, "zcanary-secret") {
			t.Errorf("%s holds what an investor noted for itself", name)
		}
		if name != "README.txt" && !strings.Contains(files["README.txt"], name) {
			t.Errorf("README.txt does not explain %s", name)
		}
	}
	for n := range canaries {
		if text := fmt.Sprintf("zcanary-%02d", n+1); !strings.Contains(lines, text) || !strings.Contains(tables, text) {
			t.Errorf("%s: in lines %v, in tables %v", text, strings.Contains(lines, text), strings.Contains(tables, text))
		}
	}
	for name, texts := range map[string][]string{
		"README.txt":                {"CC BY-SA 3.0", "Strategyzer"},
		"current-assessments.jsonl": {`"basis":"ALL"`, `"basis":"DISCLOSED"`, `"dimensions"`, `"missing"`},
		"matches.jsonl":             {`"mandate":"investors/fondo/mandates/bando"`, `"reason":{"code"`, `"requirements"`},
		"matches.csv":               {"investors/fondo/mandates/bando"},
		"memberships.jsonl":         {owner.Name, "OWNER"},
		"audit.csv":                 {"canvases.update", "needs.create"},
		"canvas-revisions.jsonl":    {"/revisions/1", "/revisions/2"},
	} {
		for _, text := range texts {
			if !strings.Contains(files[name], text) {
				t.Errorf("%s has no %s: %s", name, text, files[name][:min(len(files[name]), 2000)])
			}
		}
	}
	for _, name := range []string{"organizations.jsonl", "needs.jsonl", "canvases.jsonl"} {
		for row, err := range dataset.Read(strings.NewReader(files[name]), dataset.ReadOptions{}) {
			if err != nil || row.Rejection != nil {
				t.Errorf("%s cannot be read again: %v %v", name, err, row.Rejection)
			}
		}
	}
	log := must(t, s.Admin(), "GET", "/v1/auditEntries?subject="+acme, "")
	if !strings.Contains(fmt.Sprint(log), "privacy.export") {
		t.Errorf("the audit log does not tell of it: %v", log)
	}
}

// TestExportOfOthers: an investor's and a person's archives, over gRPC too; and who
// may have them.
func TestExportOfOthers(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	funder := s.As(t, testserver.Owner("investors/fondo"))
	files := exported(t, funder, "investors/fondo")
	for name, text := range map[string]string{
		"bookmarks.jsonl": "zcanary-secret", "deals.csv": "777", "mandates.jsonl": "Bando", "matches.jsonl": "zcanary-acme", "introductions.csv": "MUTUAL",
	} {
		if !strings.Contains(files[name], text) {
			t.Errorf("%s has no %s: %s", name, text, files[name])
		}
	}
	stream, err := maecenasv1.NewPrivacyServiceClient(owner.Conn).ExportSubject(t.Context(), &maecenasv1.ExportSubjectRequest{Name: owner.Name})
	if err != nil {
		t.Fatal(err)
	}
	var content []byte
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content = append(content, chunk.GetData()...)
	}
	files = unzip(t, content)
	for name, text := range map[string]string{
		"principals.jsonl": "zperson@example.org", "consents.csv": "zperson-newsletter", "memberships.jsonl": "zcanary-acme", "sessions.jsonl": "expireTime",
	} {
		if !strings.Contains(files[name], text) {
			t.Errorf("%s has no %s: %s", name, text, files[name])
		}
	}
	if strings.Contains(files["sessions.jsonl"], "hash") {
		t.Errorf("hashes are for nobody: %s", files["sessions.jsonl"])
	}
	editor := s.As(t, testserver.Editor("organizations/zcanary-acme"))
	for _, asked := range []struct {
		who  *testserver.Client
		name string
		want []int
	}{
		{editor, "organizations/zcanary-acme", []int{http.StatusForbidden}},
		{funder, "organizations/zcanary-acme", []int{http.StatusForbidden, http.StatusNotFound}},
		{funder, owner.Name, []int{http.StatusNotFound}},
		{s.Nobody(t), "organizations/zcanary-acme", []int{http.StatusUnauthorized}},
		{s.Admin(), "organizations/nobody", []int{http.StatusNotFound}},
	} {
		if code, answer, _ := asked.who.REST(t, "GET", "/v1/"+asked.name+":export", ""); !slices.Contains(asked.want, code) {
			t.Errorf("%s exports %s: %d %v", asked.who.Name, asked.name, code, answer)
		}
	}
}
