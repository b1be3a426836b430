package testserver_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"
)

// TestIdentity: stores that differ only in what a caller may not see answer that
// caller the same, byte for byte, once page tokens, revisions, times and ids that the
// server made are taken out. In one of the stores what does not exist for the caller
// is not there, in the others it is, and says different things.
func TestIdentity(t *testing.T) {
	t.Parallel()
	for _, caller := range []string{alba, atelier} {
		t.Run(caller, func(t *testing.T) {
			t.Parallel()
			worlds := []*world{
				newWorld(t, telling{caller: caller}),
				newWorld(t, telling{caller: caller, more: true}),
				newWorld(t, telling{caller: caller, salt: 41, more: true}),
			}
			all := methods()
			order := keysOf(all)
			slices.Sort(order)
			rapid.Check(t, func(r *rapid.T) {
				a := &asker{
					choose: func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "choice") },
					names:  likelyNames(), own: []string{caller, "principals/"},
				}
				for range 8 {
					name := a.one(order)
					if ownMaking[name] {
						continue
					}
					request := a.request(t, name, all[name])
					want := plain(t, ask(t, worlds[0].caller, all[name], request))
					for _, w := range worlds[1:] {
						if diff := cmp.Diff(want, plain(t, ask(t, w.caller, all[name], request))); diff != "" {
							r.Fatalf("%s %v tells worlds apart that %s may not (salt %d):\n%s", name, request, caller, w.salt, diff)
						}
					}
				}
			})
		})
	}
}

// ownMaking are methods whose answers tell of the caller's own, made in another way in
// each world: its keys and sessions, and archives, which hold times; and one that lets
// a listed organization act for another, and so tells that there is one.
var ownMaking = map[string]bool{
	"PrivacyService/ExportSubject": true, "PrincipalService/CreateApiKey": true, "MembershipService/CreateMembership": true,
}

// taken are fields that are taken out: what the server makes, and how many needs of
// others a change passes in a mandate's ranking, which internal/docs/security.md does
// not promise to hide.
var taken = []protoreflect.Name{"uid", "etag", "create_time", "update_time", "data_revision", "next_page_token", "hash", "revision", "prefix", "key", "rank_gain"}

// made is what the server makes: uids, ids, etags, hashes.
var made = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|\b[a-z][0-9a-hjkmnp-tv-z]{12}\b|\b[ap][0-9a-f]{30,32}\b|\b[0-9a-f]{16}\b`)

// plain is an answer without what is made.
func plain(t testing.TB, got answer) string {
	t.Helper()
	var text strings.Builder
	for _, message := range got.messages {
		message = proto.Clone(message)
		strip(message.ProtoReflect())
		json, err := protojson.MarshalOptions{}.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(strings.ReplaceAll(string(json), `, `, `,`) + "\n")
	}
	if got.err != nil {
		json, err := protojson.Marshal(status.Convert(got.err).Proto())
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(strings.ReplaceAll(string(json), `, `, `,`))
	}
	for _, header := range got.headers {
		for _, key := range slices.Sorted(slices.Values(keysOf(header))) {
			if key != "maecenas-revision" && !strings.HasSuffix(key, "request-id") && key != "grpc-status-details-bin" {
				fmt.Fprintln(&text, key, header[key])
			}
		}
	}
	return made.ReplaceAllString(text.String(), "made")
}

func strip(message protoreflect.Message) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case slices.Contains(taken, field.Name()):
			message.Clear(field)
		case field.IsMap(), field.Message() == nil:
		case field.IsList():
			for i := range value.List().Len() {
				strip(value.List().Get(i).Message())
			}
		default:
			strip(value.Message())
		}
		return true
	})
}
