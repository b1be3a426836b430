package privacy_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// entries are the lines of the audit log that a query keeps, newest first.
func entries(t *testing.T, c *testserver.Client, query string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	list, _ := must(t, c, "GET", "/v1/auditEntries?pageSize=1000&"+query, "")["auditEntries"].([]any)
	for _, one := range list {
		line, _ := one.(map[string]any)
		lines = append(lines, line)
	}
	return lines
}

// permissions are what lines tell of, without what is asked of the log itself.
func permissions(lines []map[string]any) string {
	var names []string
	for _, line := range lines {
		if name := fmt.Sprint(line["permission"]); !strings.HasPrefix(name, "auditEntries") {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// TestEveryWriteLeavesALine: whoever writes, of whatever kind, and whoever was
// refused leaves none.
func TestEveryWriteLeavesALine(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	auditor := s.As(t, testserver.Auditor())
	told := permissions(entries(t, auditor, ""))
	for _, permission := range []string{
		"organizations.create", "canvases.update", "needs.create", "needs.update", "organizationContacts.update", "attestations.create", "investors.create",
		"investors.update", "mandates.create", "deals.create", "bookmarks.create", "introductions.create", "introductions.accept", "consents.create",
		"principals.update",
	} {
		if !strings.Contains(told, permission) {
			t.Errorf("no line of %s in %s", permission, told)
		}
	}
	lines := entries(t, auditor, "actor="+owner.Name)
	for _, line := range lines {
		if line["actorName"] != owner.Name || line["revision"] == "0" || line["object"] == "" {
			t.Errorf("%v", line)
		}
	}
	before := len(lines)
	if code, _, _ := owner.REST(t, "PATCH", "/v1/investors/fondo", `{"displayName":"Mine"}`); code == http.StatusOK {
		t.Fatal("somebody else's investor was written")
	}
	if code, _, _ := owner.REST(t, "PATCH", "/v1/organizations/zcanary-acme?validateOnly=true", `{"description":"tried"}`); code != http.StatusOK {
		t.Fatal(code)
	}
	if after := len(entries(t, auditor, "actor="+owner.Name)); after != before {
		t.Errorf("%d lines of what was not written", after-before)
	}
	if state := must(t, auditor, "GET", "/v1/auditEntries:verify", ""); state["intact"] != true {
		t.Errorf("%v", state)
	}
	for _, path := range []string{"/v1/auditEntries", "/v1/auditEntries:verify", "/v1/auditEntries/000000000001"} {
		if code, _, _ := owner.REST(t, "GET", path, ""); code != http.StatusForbidden && code != http.StatusNotFound {
			t.Errorf("an owner reads %s: %d", path, code)
		}
	}
}

// accesses are the looks that the owner of the organization is told of.
func accesses(t *testing.T, c *testserver.Client, of string) []map[string]any {
	t.Helper()
	var lines []map[string]any
	list, _ := must(t, c, "GET", "/v1/"+of+"/accesses", "")["accesses"].([]any)
	for _, one := range list {
		line, _ := one.(map[string]any)
		lines = append(lines, line)
	}
	return lines
}

// TestAnOwnerSeesWhoLooked: for whom, at what and when, once in an hour, and not its
// own people; what an administrator looked at too.
func TestAnOwnerSeesWhoLooked(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	const acme = "organizations/zcanary-acme"
	funder := s.As(t, testserver.Owner("investors/fondo"))
	viewer := s.As(t, testserver.Viewer(acme))
	if before := accesses(t, owner, acme); len(before) != 0 {
		t.Errorf("before anybody looked: %v", before)
	}
	for _, path := range []string{"/canvas", "", "/contact"} {
		for range 3 {
			must(t, viewer, "GET", "/v1/"+acme+path, "")
			must(t, owner, "GET", "/v1/"+acme+path, "")
		}
		must(t, funder, "GET", "/v1/"+acme+path, "")
	}
	for range 5 {
		must(t, funder, "GET", "/v1/"+acme+"/canvas", "")
		must(t, funder, "GET", "/v1/"+acme+"/assessments/disclosed?view=BASIC", "")
		must(t, owner, "GET", "/v1/"+acme+"/assessments/current?view=BASIC", "")
	}
	must(t, s.As(t, testserver.Administrator()), "GET", "/v1/"+acme+"/canvas", "")
	s.Clock.Set(s.Clock.Now().Add(61 * time.Minute))
	must(t, funder, "GET", "/v1/"+acme+"/canvas", "")
	var got []string
	for _, line := range accesses(t, owner, acme) {
		object := fmt.Sprint(line["object"])
		if strings.HasPrefix(object, acme+"/assessments/a") {
			object = "ASSESSMENT" // its id is made
		}
		got = append(got, fmt.Sprint(line["permission"], " ", object, " ", line["subject"], " ", line["displayName"]))
	}
	want := []string{
		"canvases.get organizations/zcanary-acme/canvas investors/fondo Fondo",
		"canvases.get organizations/zcanary-acme/canvas  ",
		"assessments.get ASSESSMENT investors/fondo Fondo",
		"organizationContacts.get organizations/zcanary-acme/contact investors/fondo Fondo",
		"organizations.get organizations/zcanary-acme investors/fondo Fondo",
		"canvases.get organizations/zcanary-acme/canvas investors/fondo Fondo",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if code, _, _ := funder.REST(t, "GET", "/v1/"+acme+"/accesses", ""); code != http.StatusForbidden {
		t.Errorf("an investor sees who looked: %d", code)
	}
	// What is the log's own, and backups, leave a line too.
	backUp(t, s.Admin(), t.TempDir()+"/backup")
	auditor := s.As(t, testserver.Auditor())
	entries(t, auditor, "")
	told := fmt.Sprint(entries(t, auditor, ""))
	for _, permission := range []string{"backups.create", "auditEntries.list"} {
		if !strings.Contains(told, permission) {
			t.Errorf("no line of %s", permission)
		}
	}
}

// TestTheSideThatSawIsTold: who is of several investors looks as the one by which it
// sees the organization, and nobody else takes the blame.
func TestTheSideThatSawIsTold(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	const acme = "organizations/zcanary-acme"
	for _, id := range []string{"aaa-shell", "zzz-shell"} {
		must(t, s.Admin(), "POST", "/v1/investors?investorId="+id, `{"displayName":"Shell","type":"BANK"}`)
	}
	funder := s.As(t, testserver.Owner("investors/aaa-shell"), testserver.Viewer("investors/fondo"), testserver.Owner("investors/zzz-shell"))
	must(t, funder, "GET", "/v1/"+acme+"/contact", "")
	must(t, funder, "GET", "/v1/"+acme, "")
	lines := accesses(t, owner, acme)
	if len(lines) != 2 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if line["subject"] != "investors/fondo" {
			t.Errorf("%v looked, not investors/fondo: %v", line["subject"], line)
		}
	}
}

// TestNamesVanish: what the log tells of who was erased are uids that stand for
// nobody, and its chain holds.
func TestNamesVanish(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	owner := filled(t, s)
	auditor := s.As(t, testserver.Auditor())
	before := entries(t, auditor, "actor="+owner.Name)
	uid := fmt.Sprint(before[0]["actor"])
	must(t, owner, "POST", "/v1/organizations/zcanary-acme:erase", `{"confirmName":"organizations/zcanary-acme"}`)
	must(t, owner, "POST", "/v1/"+owner.Name+":erase", fmt.Sprintf(`{"confirmName":%q}`, owner.Name))
	lines := entries(t, auditor, "")
	if text := fmt.Sprint(lines); strings.Contains(text, owner.Name) || strings.Contains(text, canary) || strings.Contains(text, personCanary) {
		t.Errorf("the log names who is gone: %s", text)
	}
	told, erased := 0, 0
	for _, line := range lines {
		if line["actor"] == uid {
			told++
		}
		if line["permission"] == "privacy.erase" && (line["objectType"] == "organization" || line["objectType"] == "principal") && line["object"] != "" {
			erased++
		}
	}
	if told < len(before) || erased != 2 {
		t.Errorf("%d lines of %d are left, %d erasures", told, len(before), erased)
	}
	if state := must(t, auditor, "GET", "/v1/auditEntries:verify", ""); state["intact"] != true {
		t.Errorf("%v", state)
	}
}

// TestATamperedLogIsFound: a line that somebody changed in the file, with a check that
// fits.
func TestATamperedLogIsFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := testserver.Start(t, testserver.Options{Dir: dir})
	filled(t, s)
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	opened, err := server.OpenFolder(dir)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Update(t.Context(), func(w store.Writer) error {
		entry := &maecenasv1.AuditEntry{}
		if err := w.Get(chain.Name(5), entry); err != nil {
			return err
		}
		entry.Actor = strings.ToUpper(entry.GetActor())
		return w.Put(entry)
	}); err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	again := testserver.Start(t, testserver.Options{Dir: dir})
	state := must(t, again.Admin(), "GET", "/v1/auditEntries:verify", "")
	if state["intact"] != false || state["brokenSequence"] != "5" {
		t.Errorf("%v", state)
	}
	if err := again.Stop(); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"check --data-dir " + dir:        "000000000005",
		"audit verify --data-dir " + dir: "line 5",
	} {
		var out bytes.Buffer
		if status := command(t, &out, strings.Fields(args)...); status != 1 || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %d %s", args, status, out.String())
		}
	}
}
