// Package address names facts by paths such as canvas.revenueStreams[tickets].stage,
// finds what a path names, and puts a value there.
//
// A path begins with what the fact is of: organization, canvas or need. Fields have
// the names of the API's JSON. An item is named by its id; items without one by their
// kind or role, and where several are of one kind by their place among these in the
// order of their canonical bytes, from 1: canvas.moats[BRAND#2]. So the order in which
// items are sent changes no path.
package address

import (
	"bytes"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/canonical"
)

// Item is the path of a field of an item of the canvas that has an id.
func Item(block, id, field string) string { return "canvas." + block + "[" + id + "]." + field }

// Members are the paths of the team's members, by role.
func Members(team *maecenasv1.Team) []string {
	return kinds("organization.team.members", team.GetMembers(), func(one *maecenasv1.Team_Member) string {
		return one.GetRole().String()
	})
}

// Moats are the paths of the moats, by kind.
func Moats(canvas *maecenasv1.Canvas) []string {
	return kinds("canvas.moats", canvas.GetMoats(), func(one *maecenasv1.Moat) string { return one.GetKind().String() })
}

// Rights are the paths of the rights of a resource, by kind.
func Rights(resource *maecenasv1.KeyResource) []string {
	list := "canvas.keyResources[" + resource.GetId() + "].rights"
	return kinds(list, resource.GetRights(), func(one *maecenasv1.Right) string { return one.GetKind().String() })
}

// kinds are the paths of items without an id.
func kinds[T proto.Message](list string, items []T, kind func(T) string) []string {
	paths := make([]string, len(items))
	for name, places := range byKind(items, kind) {
		for n, i := range places {
			if len(places) == 1 {
				paths[i] = fmt.Sprintf("%s[%s]", list, name)
			} else {
				paths[i] = fmt.Sprintf("%s[%s#%d]", list, name, n+1)
			}
		}
	}
	return paths
}

// byKind are the places of items of each kind, in the order of their canonical bytes.
func byKind[T proto.Message](items []T, kind func(T) string) map[string][]int {
	ofKind := map[string][]int{}
	for i, item := range items {
		ofKind[kind(item)] = append(ofKind[kind(item)], i)
	}
	for _, places := range ofKind {
		if len(places) == 1 {
			continue
		}
		text := make(map[int][]byte, len(places))
		for _, i := range places {
			text[i] = canonical.Message(items[i].ProtoReflect())
		}
		slices.SortStableFunc(places, func(a, b int) int { return bytes.Compare(text[a], text[b]) })
	}
	return ofKind
}
