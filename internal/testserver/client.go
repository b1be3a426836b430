package testserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// Client calls the server as one principal, over gRPC and REST.
type Client struct {
	// Name is the principal's; empty for nobody.
	Name string
	// Key is what it calls with over both; empty where it calls with a session, or
	// with nothing.
	Key string
	// Session is the token of its session.
	Session string
	// Conn leads to gRPC.
	Conn *grpc.ClientConn
	// URL is the address of HTTP, as http://host:port.
	URL string
}

// Grant is a role of a principal.
type Grant struct {
	// Resource is an organization, an investor or the installation.
	Resource string
	// Role is the role on it.
	Role maecenasv1.Membership_Role
}

// Owner is the role of who says who else may do what with an organization or investor.
func Owner(of string) Grant { return Grant{of, maecenasv1.Membership_OWNER} }

// Editor is the role of who writes it.
func Editor(of string) Grant { return Grant{of, maecenasv1.Membership_EDITOR} }

// Viewer is the role of who reads what its own people see.
func Viewer(of string) Grant { return Grant{of, maecenasv1.Membership_VIEWER} }

// Administrator is the role of who runs the installation.
func Administrator() Grant { return Grant{auth.Installation, maecenasv1.Membership_ADMINISTRATOR} }

// Auditor is the role of who reads its audit log.
func Auditor() Grant { return Grant{auth.Installation, maecenasv1.Membership_AUDITOR} }

// Verifier is the role of who attests facts and verifies investors.
func Verifier() Grant { return Grant{auth.Installation, maecenasv1.Membership_VERIFIER} }

// Local returns a context in which the use cases work as the command line does on a
// data folder: nobody is asked, and the audit log has no lines.
func Local(ctx context.Context) context.Context { return auth.WithPrincipal(ctx, auth.Local()) }

// Admin calls as the administrator as whom Conn calls.
func (s *Server) Admin() *Client { return s.admin }

// Nobody calls without credentials.
func (s *Server) Nobody(t testing.TB) *Client {
	t.Helper()
	return s.client(t, "", "", "")
}

// As makes a service account with roles and a key, and calls as that.
func (s *Server) As(t testing.TB, grants ...Grant) *Client {
	t.Helper()
	p, _, err := s.Accounts.Principals.Create(Local(t.Context()), record.Creation[*maecenasv1.Principal]{
		Resource: &maecenasv1.Principal{Kind: maecenasv1.Principal_SERVICE_ACCOUNT, DisplayName: fmt.Sprint(grants)},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Grant(t, p.GetName(), grants...)
	return s.Keyed(t, p.GetName(), &maecenasv1.ApiKey{})
}

// Grant gives a principal, or an organization that acts for others, roles.
func (s *Server) Grant(t testing.TB, member string, grants ...Grant) {
	t.Helper()
	for _, grant := range grants {
		_, _, err := s.Accounts.Memberships.Create(Local(t.Context()), record.Creation[*maecenasv1.Membership]{
			Resource: &maecenasv1.Membership{Member: member, Resource: grant.Resource, Role: grant.Role},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Keyed makes another key of a principal, such as one that is read-only or of some
// resources, and calls with it.
func (s *Server) Keyed(t testing.TB, principal string, key *maecenasv1.ApiKey) *Client {
	t.Helper()
	made, _, err := s.Accounts.CreateKey(Local(t.Context()), account.KeyCreation{Parent: principal, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return s.client(t, principal, made.GetKey(), "")
}

// Invited makes a person with a password and roles, as by an invitation, and calls
// with the session in which it came.
func (s *Server) Invited(t testing.TB, email, password string, grant Grant) *Client {
	t.Helper()
	made, err := s.Accounts.Invite(Local(t.Context()), account.Invitation{Resource: grant.Resource, Role: grant.Role, Email: email})
	if err != nil {
		t.Fatal(err)
	}
	begun, err := s.Accounts.Redeem(t.Context(), account.Redemption{Token: made.Token.Reveal(), Password: password, From: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return s.client(t, begun.Session.GetPrincipal().GetName(), "", begun.Token.Reveal())
}

// client dials, with the credentials that there are in every call.
func (s *Server) client(t testing.TB, name, key, session string) *Client {
	t.Helper()
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	pairs := map[string]string{}
	if key != "" {
		pairs["authorization"] = "Bearer " + key
	}
	if session != "" {
		pairs["maecenas-session"] = session
	}
	if len(pairs) > 0 {
		options = append(options, grpc.WithPerRPCCredentials(perCall(pairs)))
	}
	conn, err := grpc.NewClient(s.Addrs().GRPC, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &Client{Name: name, Key: key, Session: session, Conn: conn, URL: s.URL}
}

// perCall is metadata that goes with every call.
type perCall map[string]string

// GetRequestMetadata returns it.
func (p perCall) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return p, nil
}

// RequireTransportSecurity is false: it is a loopback connection.
func (perCall) RequireTransportSecurity() bool { return false }

// Do sends a request to HTTP with the client's credentials.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if c.Key != "" {
		request.Header.Set("Authorization", "Bearer "+c.Key)
	}
	if c.Session != "" {
		request.Header.Add("Cookie", "maecenas_session="+c.Session)
	}
	return http.DefaultTransport.RoundTrip(request)
}

// REST sends JSON, and returns the status and the answer.
func (c *Client) REST(t testing.TB, method, path, body string) (code int, answer map[string]any, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
	return response.StatusCode, answer, response.Header
}
