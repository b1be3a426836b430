package privacy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// canary is what every text of the organization that is erased holds, with a number.
const canary = "zcanary"

// canaries is how many there are.
const canaries = 30

// personCanary is what every text of the person who is erased holds.
const personCanary = "zperson"

// requestOfOrganization and requestOfPerson are ids of requests.
const (
	requestOfOrganization = "c0ffee00-1111-4111-8111-000000000001"
	requestOfPerson       = "c0ffee00-2222-4222-8222-000000000002"
)

// must sends a request that must succeed.
func must(t *testing.T, c *testserver.Client, method, path, body string) map[string]any {
	t.Helper()
	code, answer, _ := c.REST(t, method, path, body)
	if code != http.StatusOK {
		t.Fatalf("%s %s: %d %v", method, path, code, answer)
	}
	return answer
}

// filled fills a data folder with an organization whose every text is a canary, all
// that may be below and between, and others that name it; it returns its owner.
func filled(t *testing.T, s *testserver.Server) *testserver.Client {
	t.Helper()
	admin, n := s.Admin(), 0
	next := func() string { n++; return fmt.Sprintf("%s-%02d", canary, n) }
	body := func(text string) string {
		for strings.Contains(text, "@@") {
			text = strings.Replace(text, "@@", next(), 1)
		}
		return text
	}
	must(t, admin, "POST", "/v1/organizations?organizationId=zcanary-acme", body(`{"displayName":"@@","description":"@@","websiteUri":"https://@@.example",
		"legalForm":"ASSOCIATION","helixRole":"COMPANY","listed":true,"labels":["@@"],"externalIds":[{"system":"@@","id":"@@"}],
		"place":{"countryCode":"IT","regionCode":"ITC11","metropolitanArea":"@@","locality":"@@","postalCode":"@@"},
		"activities":[{"scheme":"OTHER","code":"@@"}],"culturalDomains":["PERFORMING_ARTS"],
		"financials":{"currencyCode":"EUR","cash":"1000"},
		"priorFunding":[{"source":"@@","instrument":"GRANT","amount":"10","currencyCode":"EUR","date":"2024-01-01"}],
		"stateAid":[{"countryCode":"IT","authority":"@@","measure":"@@","amountEur":"5","grantDate":"2024-01-01"}]}`))
	const acme = "/v1/organizations/zcanary-acme"
	owner := s.Invited(t, "zperson@example.org", "correct horse battery staple", testserver.Owner("organizations/zcanary-acme"))
	must(t, owner, "PATCH", "/v1/"+owner.Name+"?updateMask=displayName", `{"displayName":"zperson Anna"}`)
	must(t, owner, "PATCH", acme+"/canvas", body(`{"currencyCode":"EUR","customerSegments":[{"id":"one","title":"@@","description":"@@"}]}`))
	must(t, owner, "PATCH", acme+"/canvas", body(`{"currencyCode":"EUR","customerSegments":[{"id":"one","title":"@@","description":"@@"}]}`))
	need := must(t, owner, "POST", acme+"/needs?requestId="+requestOfOrganization, body(`{"title":"zcanary-replaced","description":"@@","purpose":"PROJECT","instruments":["GRANT"],
		"amountMin":"1000","amountMax":"5000","currencyCode":"EUR","state":"OPEN","secured":[{"source":"@@","instrument":"GRANT","amount":"10"}]}`))["name"].(string)
	must(t, owner, "PATCH", "/v1/"+need+"?updateMask=title", body(`{"title":"@@"}`))
	must(t, owner, "PATCH", acme+"/contact", body(`{"people":[{"displayName":"@@","role":"@@","email":"@@@example.org","phoneNumber":"+390000"}],"note":"@@"}`))
	verifier := s.As(t, testserver.Verifier()) // what it is called must not name the organization
	s.Grant(t, verifier.Name, testserver.Viewer("organizations/zcanary-acme"))
	must(t, verifier, "POST", acme+"/attestations", body(`{"subject":"FINANCIALS","asOfDate":"2026-05-01","statement":"@@"}`))

	must(t, admin, "POST", "/v1/investors?investorId=fondo", `{"displayName":"Fondo","type":"FOUNDATION","excludedOrganizations":["organizations/zcanary-acme"]}`)
	must(t, admin, "PATCH", "/v1/investors/fondo?updateMask=excludedOrganizations", `{}`)
	must(t, admin, "POST", "/v1/investors/fondo/mandates?mandateId=bando", `{"title":"Bando","state":"PUBLISHED","instruments":[{"instrument":"GRANT","amountMin":"1","amountMax":"9000","currencyCode":"EUR"}]}`)
	must(t, admin, "POST", "/v1/investors/fondo/deals?dealId=deal", `{"organization":"organizations/zcanary-acme","date":"2025-01-01","instrument":"GRANT","amount":"777","currencyCode":"EUR"}`)
	funder := s.As(t, testserver.Owner("investors/fondo"))
	pair := fmt.Sprintf(`"need":%q,"mandate":"investors/fondo/mandates/bando"`, need)
	must(t, funder, "POST", "/v1/investors/fondo/bookmarks", `{`+pair+`,"mark":"SHORTLISTED","reason":"zcanary-secret","note":"zcanary-secret","opinion":"DISAGREE","opinionReason":"zcanary-secret"}`)
	must(t, owner, "POST", acme+"/bookmarks", body(`{`+pair+`,"mark":"SHORTLISTED","note":"@@"}`))
	introduction := must(t, owner, "POST", "/v1/introductions", body(`{`+pair+`,"message":"@@"}`))["name"].(string)
	must(t, funder, "POST", "/v1/"+introduction+":accept", body(`{"reason":"@@"}`))
	must(t, owner, "POST", "/v1/"+owner.Name+"/consents", body(`{"purpose":"@@","textVersion":"@@","subject":"organizations/zcanary-acme"}`))
	must(t, owner, "POST", "/v1/"+owner.Name+"/consents?requestId="+requestOfPerson, `{"purpose":"zperson-newsletter","textVersion":"1"}`)
	if n != canaries {
		t.Fatalf("%d canaries", n)
	}
	return owner
}

// holding returns the files of a folder that hold a text, in any case.
func holding(t *testing.T, dir string, texts ...string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a compaction ended meanwhile
		}
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		content = bytes.ToLower(content)
		for _, text := range texts {
			if at := bytes.Index(content, []byte(text)); at >= 0 {
				found = append(found, fmt.Sprintf("%s holds %s: …%q…", path, text, content[max(0, at-40):min(len(content), at+60)]))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// backUp writes a backup of the running server to a file.
func backUp(t *testing.T, c *testserver.Client, path string) {
	t.Helper()
	stream, err := maecenasv1.NewBackupServiceClient(c.Conn).CreateBackup(t.Context(), &maecenasv1.CreateBackupRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if _, err := backup.Receive(&content, stream.Recv); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestNothingIsLeft: of an organization and of a person that were erased through the
// running program no text is left in any file of the data folder, while it runs and
// once it has ended, nor in what is restored of an older backup.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "older")
	s := testserver.Start(t, testserver.Options{Dir: dir})
	owner := filled(t, s)
	if before := holding(t, dir, canary, personCanary, requestOfOrganization, requestOfPerson); len(before) != 4 {
		t.Fatalf("before the erasure: %q", before)
	}
	backUp(t, s.Admin(), file)

	if code, answer, _ := owner.REST(t, "POST", "/v1/organizations/zcanary-acme:erase", `{"confirmName":"organizations/acme"}`); code != http.StatusBadRequest {
		t.Errorf("a slip: %d %v", code, answer)
	}
	erased := must(t, owner, "POST", "/v1/organizations/zcanary-acme:erase", `{"confirmName":"organizations/zcanary-acme"}`)
	if erased["records"].(float64) < 15 || len(erased["digest"].(string)) != 64 {
		t.Errorf("%v", erased)
	}
	if left := holding(t, dir, canary, requestOfOrganization); len(left) > 0 {
		t.Errorf("while it runs: %q", left)
	}
	deal := must(t, s.Admin(), "GET", "/v1/investors/fondo/deals/deal", "")
	if deal["organization"] != "" || deal["amount"] != "777" || fmt.Sprint(deal["snapshot"].(map[string]any)["place"].(map[string]any)["regionCode"]) != "ITC1" {
		t.Errorf("the investor's deal: %v", deal)
	}
	must(t, owner, "POST", "/v1/"+owner.Name+":erase", fmt.Sprintf(`{"confirmName":%q}`, owner.Name))
	if code, _, _ := owner.REST(t, "GET", "/v1/sessions/current", ""); code != http.StatusUnauthorized {
		t.Errorf("a session of who is erased: %d", code)
	}
	texts := []string{canary, requestOfOrganization, personCanary, requestOfPerson, strings.TrimPrefix(owner.Name, "principals/")}
	if left := holding(t, dir, texts...); len(left) > 0 {
		t.Errorf("of the person, while it runs: %q", left)
	}
	must(t, s.Admin(), "GET", "/v1/auditEntries:verify", "")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if left := holding(t, dir, texts...); len(left) > 0 {
		t.Errorf("once it ended: %q", left)
	}

	if before := holding(t, filepath.Dir(file), texts...); len(before) < len(texts) {
		t.Errorf("the backup is from before, and holds %q", before)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	restoreInto(t, file, restored, server.LedgerFile(dir))
	if left := holding(t, restored, texts...); len(left) > 0 {
		t.Errorf("in a restored backup: %q", left)
	}
	again := testserver.Start(t, testserver.Options{Dir: restored})
	if code, _, _ := again.Admin().REST(t, "GET", "/v1/organizations/zcanary-acme", ""); code != http.StatusNotFound {
		t.Errorf("the organization is back: %d", code)
	}
	if state := must(t, again.Admin(), "GET", "/v1/auditEntries:verify", ""); state["intact"] != true {
		t.Errorf("the audit log: %v", state)
	}
}

// restoreInto makes a data folder of a backup, with the ledger of another.
func restoreInto(t *testing.T, file, dir, ledger string) {
	t.Helper()
	entries, err := erase.NewLedger(ledger).Load()
	if err != nil || len(entries) == 0 {
		t.Fatalf("%v, %v", entries, err)
	}
	_, err = backup.Restore(t.Context(), backup.RestoreOptions{
		File: file, DataDir: dir, Erased: entries,
		StoreName: filepath.Base(server.DataFile(dir)), LedgerName: filepath.Base(server.LedgerFile(dir)),
		Open:  func(ctx context.Context, dir string) (store.Store, error) { return server.OpenFolder(dir)(ctx) },
		Check: func(context.Context, store.Store) ([]string, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCutShort: an erasure of which only the ledger tells is finished at the next
// start.
func TestCutShort(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := testserver.Start(t, testserver.Options{Dir: dir})
	filled(t, s)
	acme := must(t, s.Admin(), "GET", "/v1/organizations/zcanary-acme", "")
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	entry := erase.Entry{Hash: erase.HashOf(acme["uid"].(string)), Time: s.Clock.Now()}
	if err := erase.NewLedger(server.LedgerFile(dir)).Append(entry); err != nil {
		t.Fatal(err)
	}
	again := testserver.Start(t, testserver.Options{Dir: dir})
	if code, _, _ := again.Admin().REST(t, "GET", "/v1/organizations/zcanary-acme", ""); code != http.StatusNotFound {
		t.Errorf("the organization: %d", code)
	}
	if left := holding(t, dir, canary, requestOfOrganization); len(left) > 0 {
		t.Errorf("%q", left)
	}
}

// TestWhoMayErase: the owner, oneself, an administrator, and nobody else; the last
// administrator not even itself.
func TestWhoMayErase(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	admin := s.Admin()
	must(t, admin, "POST", "/v1/organizations?organizationId=acme", `{"displayName":"Acme","legalForm":"ASSOCIATION","helixRole":"COMPANY","place":{"countryCode":"IT"}}`)
	erase := func(c *testserver.Client, name string) int {
		code, _, _ := c.REST(t, "POST", "/v1/"+name+":erase", fmt.Sprintf(`{"confirmName":%q}`, name))
		return code
	}
	editor, stranger, auditor := s.As(t, testserver.Editor("organizations/acme")), s.As(t), s.As(t, testserver.Auditor())
	for c, want := range map[*testserver.Client]int{editor: http.StatusForbidden, stranger: http.StatusNotFound, auditor: http.StatusNotFound, s.Nobody(t): http.StatusUnauthorized} {
		if code := erase(c, "organizations/acme"); code != want {
			t.Errorf("%s erases an organization: %d, want %d", c.Name, code, want)
		}
	}
	if code := erase(editor, stranger.Name); code != http.StatusNotFound {
		t.Errorf("a person by another: %d", code)
	}
	if code := erase(stranger, stranger.Name); code != http.StatusOK {
		t.Errorf("oneself: %d", code)
	}
	if code := erase(admin, admin.Name); code != http.StatusPreconditionFailed && code != http.StatusBadRequest {
		t.Errorf("the last administrator: %d", code)
	}
	if code := erase(admin, "organizations/nobody"); code != http.StatusNotFound {
		t.Errorf("nobody: %d", code)
	}
	for _, name := range []string{"memberships/x", "organizations/acme/needs/x", "auditEntries/000000000001", "x"} {
		_, err := maecenasv1.NewPrivacyServiceClient(admin.Conn).EraseSubject(t.Context(), &maecenasv1.EraseSubjectRequest{Name: name, ConfirmName: name})
		if status.Code(err) != codes.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	passing := s.As(t)
	must(t, admin, "POST", "/v1/memberships", fmt.Sprintf(`{"member":%q,"resource":"installation","role":"ADMINISTRATOR","expireTime":%q}`,
		passing.Name, s.Clock.Now().Add(24*time.Hour).Format(time.RFC3339)))
	if code := erase(admin, admin.Name); code != http.StatusPreconditionFailed && code != http.StatusBadRequest {
		t.Errorf("the last administrator that stays one: %d", code)
	}
	second := s.As(t, testserver.Administrator())
	if code := erase(second, admin.Name); code != http.StatusOK {
		t.Errorf("an administrator by another: %d", code)
	}
	if code := erase(second, "organizations/acme"); code != http.StatusOK {
		t.Errorf("an organization by an administrator: %d", code)
	}
}
