package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// bird is in every text of what is erased, its name included.
const bird = "zxq7canary"

// TestErasedForGood erases, over the interface, each sort of subject with all that
// there can be of it, and searches every file that the server and the commands leave
// for its canary: of the server's folder, and of a folder that a backup from before
// was restored to.
func TestErasedForGood(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"organizations/" + bird, "investors/" + bird, "principals/" + bird} {
		t.Run(subject, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			data, file, restored := filepath.Join(folder, "data"), filepath.Join(folder, "backup"), filepath.Join(folder, "restored")
			s := testserver.Start(t, testserver.Options{Dir: data})
			plant(t, s, subject)
			if len(seen(t, data)) == 0 {
				t.Fatal("there is no canary: the test shows nothing")
			}
			status, _, stderr := run(t, []string{"MAECENAS_KEY=" + s.Admin().Key}, "backup", file, "--server", s.Addrs().GRPC)
			if status != 0 {
				t.Fatalf("backup: %s", stderr)
			}
			send(t, s.Admin(), "POST", subject+":erase", `{"confirmName": %q}`, subject)
			if found := seen(t, data); len(found) > 0 {
				t.Errorf("erased, and in %v", found)
			}
			if err := s.Stop(); err != nil {
				t.Fatal(err)
			}
			if found := seen(t, data); len(found) > 0 {
				t.Errorf("erased and stopped, and in %v", found)
			}
			for _, dir := range []string{data, restored} {
				if dir == restored {
					must(t, "restore", file, "--data-dir", restored, "--ledger", server.LedgerFile(data))
					if found := seen(t, restored); len(found) > 0 {
						t.Errorf("restored, and in %v", found)
					}
				}
				must(t, "check", "--data-dir", dir)
				if found := seen(t, dir); len(found) > 0 {
					t.Errorf("checked, and in %v", found)
				}
			}
		})
	}
}

// seen returns the files below a folder that have the canary, and what is around it.
func seen(t *testing.T, folder string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if at := bytes.Index(content, []byte(bird)); at >= 0 {
			found = append(found, fmt.Sprintf("%s: %q", path, content[max(0, at-60):min(len(content), at+60)]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// send calls the interface with JSON.
func send(t *testing.T, as *testserver.Client, method, path, body string, args ...any) map[string]any {
	t.Helper()
	body = fmt.Sprintf(body, args...)
	code, answer, _ := as.REST(t, method, "/v1/"+path, body)
	if code != 200 {
		t.Fatalf("%s %s %s: %d %v", method, path, body, code, answer)
	}
	return answer
}

// owner calls as an owner whose own name does not tell of what.
func owner(t *testing.T, s *testserver.Server, of string) *testserver.Client {
	t.Helper()
	client := s.As(t)
	s.Grant(t, client.Name, testserver.Owner(of))
	return client
}

// plant makes both sides and all that lies between them; every text that the
// subject has a say in is the canary.
func plant(t *testing.T, s *testserver.Server, subject string) {
	t.Helper()
	organization, investor, person := "organizations/other", "investors/other", "principals/other"
	words := map[bool]string{true: strings.Repeat(bird+" ", 3), false: "words of others"}
	mine := func(name string) string { return words[name == subject] }
	switch kind, _, _ := strings.Cut(subject, "/"); kind {
	case "organizations":
		organization = subject
	case "investors":
		investor = subject
	default:
		person = subject
	}
	admin := s.Admin()
	id := func(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
	send(t, admin, "POST", "organizations?organizationId="+id(organization)+"&requestId=0193e0c0-0000-7000-8000-000000000001", `{"displayName": %[1]q, "description": %[1]q,
		"listed": true, "legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "IT", "locality": %[1]q},
		"activities": [{"scheme": "OTHER", "code": %[2]q}], "externalIds": [{"system": "registry", "id": %[2]q}], "labels": [%[2]q]}`,
		mine(organization), id(organization))
	for _, more := range []string{"", " again"} {
		send(t, admin, "PATCH", organization+"/canvas", `{"currencyCode": "EUR", "customerSegments": [{"id": "seg", "title": %q, "payer": true}]}`, mine(organization)+more)
	}
	send(t, admin, "PATCH", organization+"/contact", `{"people": [{"displayName": %[1]q, "email": %[2]q}], "note": %[1]q}`, mine(organization), id(organization)+"@example.org")
	need := organization + "/needs/" + id(organization)
	send(t, admin, "POST", organization+"/needs?needId="+id(organization), `{"title": %[1]q, "description": %[1]q, "purpose": "PROJECT", "state": "OPEN",
		"instruments": ["GRANT"], "currencyCode": "EUR", "amountMin": "20000", "secured": [{"source": %[1]q, "instrument": "GRANT", "amount": "5"}]}`, mine(organization))
	send(t, admin, "POST", "investors?investorId="+id(investor), `{"displayName": %[1]q, "type": "FOUNDATION", "description": %[1]q,
		"excludedOrganizations": [%[2]q]}`, mine(investor), "organizations/third")
	send(t, admin, "PATCH", investor+"/contact", `{"people": [{"displayName": %[1]q}], "note": %[1]q}`, mine(investor))
	mandate := investor + "/mandates/" + id(investor)
	send(t, admin, "POST", investor+"/mandates?mandateId="+id(investor), `{"title": %[1]q, "description": %[1]q, "state": "PUBLISHED",
		"instruments": [{"instrument": "GRANT", "amountMin": "5000", "amountMax": "50000", "currencyCode": "EUR"}]}`, mine(investor))
	send(t, admin, "POST", investor+"/deals?dealId=deal", `{"organization": %q, "date": "2025-03-03", "instrument": "GRANT", "amount": "12000", "currencyCode": "EUR"}`, organization)

	send(t, admin, "POST", "principals?principalId="+id(person), `{"kind": "PERSON", "displayName": %[1]q, "email": %[2]q}`, mine(person), id(person)+"@example.org")
	for _, of := range []string{organization, investor} {
		send(t, admin, "POST", "memberships", `{"member": %q, "resource": %q, "role": "OWNER"}`, person, of)
	}
	s.Keyed(t, person, &maecenasv1.ApiKey{DisplayName: mine(person), Scopes: []*maecenasv1.ApiKey_Scope{{Resource: organization}}})
	both := fmt.Sprint(mine(organization), mine(investor))
	if both == fmt.Sprint(words[false], words[false]) {
		both = words[false] // Nobody erases what a person wrote for an organization.
	}
	introduced := send(t, owner(t, s, investor), "POST", "introductions", `{"need": %q, "mandate": %q, "message": %q}`, need, mandate, both)
	name, _ := introduced["name"].(string)
	send(t, owner(t, s, organization), "POST", name+":accept", `{}`)
	for _, of := range []string{organization, investor} {
		send(t, owner(t, s, of), "POST", of+"/bookmarks", `{"need": %[1]q, "mandate": %[2]q, "mark": "SHORTLISTED", "note": %[3]q}`, need, mandate, both)
	}
	// Read what leaves lines in the audit log.
	send(t, owner(t, s, investor), "GET", organization+"/contact", "")
	log := send(t, admin, "GET", "auditEntries?pageSize=100&subject="+url.QueryEscape(organization), "")
	if text, err := json.Marshal(log); err != nil || !strings.Contains(string(text), "auditEntries/") {
		t.Fatalf("the audit log has no lines: %s, %v", text, err)
	}
}
