package testserver_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestRecompute hands what the running program publishes and answers to a script in
// another language, which works all of it out again from that JSON alone: every vector,
// every assessment of the demo over both bases, and every ranking of its mandates. Then it
// hands on a rubric and a policy with another number, and the script must object.
func TestRecompute(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	if exec.CommandContext(t.Context(), python, "-c", "import sys; sys.exit(sys.version_info < (3, 10))").Run() != nil {
		t.Skip("python3 is older than 3.10")
	}
	s := withDemo(t, testserver.Options{Now: time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)})
	ok(t, s, "POST", "/v1/exchangeRates?exchangeRatesId=2026-11-02", dinar)
	folder := t.TempDir()
	put(t, folder, "rubric.json", ok(t, s, "GET", "/v1/rubric", ""))
	put(t, folder, "rankingPolicy.json", ok(t, s, "GET", "/v1/rankingPolicy", ""))
	putVectors(t, s, folder)
	organizations := putAssessments(t, s, folder)
	putRankings(t, s, folder, organizations)

	// Copied, so that the test's own reading tells the cache of tests when they change.
	scripts := t.TempDir()
	if err := os.CopyFS(scripts, os.DirFS("../../testdata/recompute")); err != nil {
		t.Fatal(err)
	}
	run := func() (string, error) {
		command := exec.CommandContext(t.Context(), python, filepath.Join(scripts, "recompute.py"), folder)
		text, err := command.CombinedOutput()
		return string(text), err
	}
	text, err := run()
	if err != nil {
		t.Fatalf("%v\n%.4000s", err, text)
	}
	t.Log(text)
	for file, change := range map[string][2]string{
		"rubric.json":        {`"at":"12"`, `"at":"13"`},
		"rankingPolicy.json": {`"investorWeight":600`, `"investorWeight":601`},
	} {
		path := filepath.Join(folder, file)
		right, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		wrong := strings.Replace(string(right), change[0], change[1], 1)
		if wrong == string(right) {
			t.Fatalf("%s has no %s", file, change[0])
		}
		if err := os.WriteFile(path, []byte(wrong), 0o600); err != nil {
			t.Fatal(err)
		}
		if text, err := run(); err == nil {
			t.Errorf("%s with %s in place of %s went unnoticed: %s", file, change[1], change[0], text)
		}
		if err := os.WriteFile(path, right, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// ok calls and expects an answer.
func ok(t *testing.T, s *testserver.Server, method, path, body string) map[string]any {
	t.Helper()
	code, answer, _ := call(t, s, method, path, body)
	if code != 200 {
		t.Fatalf("%s %s: %d %v", method, path, code, answer)
	}
	return answer
}

// put writes a file of the folder.
func put(t *testing.T, folder, name string, content any) {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func putVectors(t *testing.T, s *testserver.Server, folder string) {
	t.Helper()
	files, err := filepath.Glob("../../testdata/assessment/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vector map[string]any
		if err := json.Unmarshal(text, &vector); err != nil {
			t.Fatal(err)
		}
		request := map[string]any{"organization": vector["organization"], "canvas": vector["canvas"], "assessDate": vector["assessDate"]}
		body, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		put(t, folder, "assessments/"+filepath.Base(file), map[string]any{
			"organization": vector["organization"], "canvas": vector["canvas"], "date": vector["assessDate"],
			"answer": ok(t, s, "POST", "/v1:previewAssessment", string(body)),
		})
	}
}

// list reads a whole collection.
func list(t *testing.T, s *testserver.Server, path, field string) []map[string]any {
	t.Helper()
	answer := ok(t, s, "GET", path+"?pageSize=1000", "")
	var records []map[string]any
	all, _ := answer[field].([]any)
	for _, one := range all {
		record, _ := one.(map[string]any)
		records = append(records, record)
	}
	if len(records) == 0 || answer["nextPageToken"] != "" {
		t.Fatalf("%s: %d on the first page", path, len(records))
	}
	return records
}

// putAssessments writes the assessments of all organizations with what they are made of,
// and returns the organizations with their assessments over what is disclosed.
func putAssessments(t *testing.T, s *testserver.Server, folder string) map[string][2]map[string]any {
	t.Helper()
	byName := map[string][2]map[string]any{}
	for i, organization := range list(t, s, "/v1/organizations", "organizations") {
		name := fmt.Sprint(organization["name"])
		canvas := ok(t, s, "GET", "/v1/"+name+"/canvas", "")
		put(t, folder, fmt.Sprintf("assessments/all-%d.json", i), map[string]any{
			"organization": organization, "canvas": canvas, "date": "2026-11-24",
			"answer": ok(t, s, "GET", "/v1/"+name+"/assessments/current", ""),
		})
		disclosed := ok(t, s, "GET", "/v1/"+name+"/assessments/disclosed", "")
		byName[name] = [2]map[string]any{organization, disclosed}
		shows, _ := organization["disclosure"].(map[string]any)
		shown := map[string]any{}
		for _, group := range []string{"traction", "financials", "team"} {
			if shows[group] == "TO_INVESTORS" {
				shown[group] = organization[group]
			}
		}
		put(t, folder, fmt.Sprintf("assessments/disclosed-%d.json", i), map[string]any{
			"organization": shown, "canvas": canvas, "undisclosed": shows["canvas"] != "TO_INVESTORS", "date": "2026-11-24",
			"answer": disclosed,
		})
	}
	return byName
}

// putRankings writes the rankings of all mandates with both sides' records.
func putRankings(t *testing.T, s *testserver.Server, folder string, organizations map[string][2]map[string]any) {
	t.Helper()
	records, assessments := map[string]any{}, map[string]any{}
	for name, one := range organizations {
		records[name], assessments[name] = one[0], one[1]
	}
	needs, investors := map[string]any{}, map[string]any{}
	for _, need := range list(t, s, "/v1/organizations/-/needs", "needs") {
		needs[fmt.Sprint(need["name"])] = need
	}
	for _, investor := range list(t, s, "/v1/investors", "investors") {
		investors[fmt.Sprint(investor["name"])] = investor
	}
	rates := ok(t, s, "GET", "/v1/exchangeRates:lookup?asOfDate=2026-11-24", "")["rates"]
	matches := 0
	for i, mandate := range list(t, s, "/v1/investors/-/mandates", "mandates") {
		name := fmt.Sprint(mandate["name"])
		answer := ok(t, s, "POST", "/v1/"+name+":matchNeeds", `{"pageSize": 1000, "everyNeed": true}`)
		page, _ := answer["matches"].([]any)
		matches += len(page)
		put(t, folder, fmt.Sprintf("rankings/%d.json", i), map[string]any{
			"mandate": mandate, "investor": investors[strings.Split(name, "/mandates/")[0]], "rates": rates, "needs": needs,
			"organizations": records, "assessments": assessments, "answer": answer,
		})
	}
	if matches == 0 {
		t.Fatal("no matches to work out again")
	}
	t.Logf("%d matches", matches)
}
