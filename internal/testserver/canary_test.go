package testserver_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// canary is what no answer to the caller may hold.
var canary = regexp.MustCompile(`(?i)` + mark + `|\b` + figures + `\d{4}\b`)

// TestCanary signs in as an owner of an investor, and then of an organization, and
// sends random requests over all methods to a store where everything that this caller
// may not see bears a mark; no answer, error or header may hold it.
// MAECENAS_TEST_CANARY says how long: a few seconds, unless it is set, as to 10m.
func TestCanary(t *testing.T) {
	t.Parallel()
	long := 3 * time.Second
	if text := os.Getenv("MAECENAS_TEST_CANARY"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, caller := range []string{alba, atelier} {
		t.Run(caller, func(t *testing.T) {
			t.Parallel()
			hunt(t, newWorld(t, telling{caller: caller, more: true}), long)
		})
	}
}

func hunt(t *testing.T, w *world, long time.Duration) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	a := &asker{choose: random.IntN, names: w.everyName(t), own: []string{w.telling.caller, w.caller.Name}}
	all := methods()
	order := keysOf(all)
	slices.Sort(order)
	looks := slices.DeleteFunc(slices.Clone(order), func(name string) bool { return !looking.MatchString(name) })
	answered, asked := map[string]int{}, 0
	for end := time.Now().Add(long); time.Now().Before(end); asked++ {
		name := a.one(order)
		if asked%2 == 0 {
			name = a.one(looks)
		}
		method := all[name]
		request := a.request(t, name, method)
		for _, text := range a.answers(t, w.caller, method, request, func() { answered[name]++ }) {
			if found := canary.FindString(text); found != "" {
				t.Fatalf("seed %d: %s %v shows %q to %s: %s", seed, name, request, found, w.telling.caller, text)
			}
		}
		if asked%512 == 511 {
			a.names = w.everyName(t)
		}
	}
	t.Logf("seed %d: %d requests, of %d methods %d answered", seed, asked, len(order), len(answered))
	// A caller that nobody answers sees nothing: what it reads must be answered.
	expected := everyday
	if asked > 50_000 {
		expected = inTime
	}
	if silent := slices.DeleteFunc(order, func(name string) bool { return answered[name] > 0 || !expected.MatchString(name) }); len(silent) > 0 && asked > 5000 {
		t.Errorf("seed %d: never answered: %s", seed, strings.Join(silent, " "))
	}
}

// looking are the methods that tell most.
var looking = regexp.MustCompile(`^(Organization|Canvas|Assessment|Need|Investor|Mandate|Deal|Match|Introduction|Contact|Attestation|Bookmark)Service/(Get|List|Match|Preview|Explain|Compare|Propose)`)

// everyday are methods that callers of both kinds are answered soon, and inTime those
// that are too, where two names that go together have to be drawn.
var (
	everyday = regexp.MustCompile(`^(Organization|Need|Investor|Mandate|Deal|Introduction)Service/(Get(Organization|Need|Investor|Mandate|Deal)|List.*s)$|^MatchService/Get`)
	inTime   = regexp.MustCompile(everyday.String() + `|^MatchService/Explain`)
)

// answers asks over gRPC, and of some requests over REST, as CSV too.
func (a *asker) answers(t testing.TB, as *testserver.Client, method protoreflect.MethodDescriptor, request protoreflect.ProtoMessage, ok func()) []string {
	t.Helper()
	got := ask(t, as, method, request)
	if code := status.Code(got.err); code == codes.Unauthenticated && method.Name() != "SignIn" || code == codes.Internal || code == codes.Unknown || code == codes.Unimplemented {
		t.Fatalf("%s %v: %v", method.FullName(), request, got.err)
	}
	if got.err == nil {
		ok()
	}
	for _, message := range got.messages {
		if field := message.ProtoReflect().Descriptor().Fields().ByName("next_page_token"); field != nil && len(a.tokens) < 200 {
			a.tokens = append(a.tokens, message.ProtoReflect().Get(field).String())
		}
	}
	texts := []string{got.text(t)}
	if by := routes(method); len(by) > 0 && a.choose(4) == 0 {
		accept := a.one([]string{"", "text/csv"})
		if reply, fits := overHTTP(t, as, by[a.choose(len(by))], request, accept); fits {
			texts = append(texts, reply.text+fmt.Sprint(reply.head))
		}
	}
	return texts
}

// everyName are the names of all records of a world, and of some that are not there.
func (w *world) everyName(t testing.TB) []string {
	t.Helper()
	names := likelyNames()
	ctx := t.Context()
	for _, o := range []string{atelier, bottega, cava, darsena, egeria} {
		list, err := maecenasv1.NewAssessmentServiceClient(w.Conn).ListAssessments(ctx, &maecenasv1.ListAssessmentsRequest{Parent: o})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list.GetAssessments() {
			names = append(names, one.GetName())
		}
	}
	for _, side := range []string{bottega, borea} {
		list, err := maecenasv1.NewBookmarkServiceClient(w.Conn).ListBookmarks(ctx, &maecenasv1.ListBookmarksRequest{Parent: side})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range list.GetBookmarks() {
			names = append(names, one.GetName())
		}
	}
	introductions, err := maecenasv1.NewIntroductionServiceClient(w.Conn).ListIntroductions(ctx, &maecenasv1.ListIntroductionsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range introductions.GetIntroductions() {
		names = append(names, one.GetName())
	}
	memberships, err := maecenasv1.NewMembershipServiceClient(w.Conn).ListMemberships(ctx, &maecenasv1.ListMembershipsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range memberships.GetMemberships() {
		names = append(names, one.GetName(), one.GetMember())
	}
	entries, err := maecenasv1.NewAuditServiceClient(w.Conn).ListAuditEntries(ctx, &maecenasv1.ListAuditEntriesRequest{PageSize: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range entries.GetAuditEntries() {
		names = append(names, one.GetName())
	}
	return names
}

// likelyNames are names that a caller can think of.
func likelyNames() []string {
	names := []string{
		"organizations/-", "investors/-", "organizations/-/canvas", "principals/-", "organizations/nobody", "investors/nobody", "installation",
		"exchangeRates/2026-01-02", "principals/someone", "principals/someone/apiKeys/k", "principals/local", "principals/someone/consents/c",
	}
	for _, o := range []string{atelier, bottega, cava, darsena, egeria} {
		names = append(
			names, o, o+"/canvas", o+"/canvas/revisions/1", o+"/canvas/revisions/2", o+"/contact", o+"/needs/stage", o+"/needs/drafted",
			o+"/needs/none", o+"/assessments/current", o+"/assessments/disclosed",
		)
	}
	for _, i := range []string{alba, borea, cirro} {
		names = append(
			names, i, i+"/contact", i+"/mandates/weighs", i+"/mandates/asks", i+"/mandates/silent", i+"/mandates/drafted", i+"/mandates/none",
			i+"/deals/told", i+"/deals/untold",
		)
	}
	return names
}
