package chain_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit/chain"
)

func entries(n int) []*maecenasv1.AuditEntry {
	var log []*maecenasv1.AuditEntry
	var last *maecenasv1.AuditEntry
	for i := range n {
		one := &maecenasv1.AuditEntry{
			EntryTime: &timestamppb.Timestamp{Seconds: int64(i)}, Actor: "a", Permission: "needs.update",
			ObjectType: "need", Object: "o", Subject: "s", Revision: int64(i + 1),
		}
		chain.Link(last, one)
		log, last = append(log, one), one
	}
	return log
}

func state(log []*maecenasv1.AuditEntry) *maecenasv1.AuditLogState {
	var links chain.Chain
	for _, one := range log {
		links.Add(one)
	}
	return links.State()
}

// TestWhatIsTampered: a field that changes, an entry that is gone, one that is
// doubled or out of its place shows; what names things does not count.
func TestWhatIsTampered(t *testing.T) {
	t.Parallel()
	if s := state(entries(9)); !s.GetIntact() || s.GetEntries() != 9 {
		t.Fatalf("a log as it was made: %v", s)
	}
	tampers := map[string]func(*maecenasv1.AuditEntry){
		"actor":      func(e *maecenasv1.AuditEntry) { e.Actor = "b" },
		"acting for": func(e *maecenasv1.AuditEntry) { e.ActingFor = "b" },
		"permission": func(e *maecenasv1.AuditEntry) { e.Permission = "needs.get" },
		"type":       func(e *maecenasv1.AuditEntry) { e.ObjectType, e.Object = "needo", "" },
		"object":     func(e *maecenasv1.AuditEntry) { e.Object = "p" },
		"subject":    func(e *maecenasv1.AuditEntry) { e.Subject = "" },
		"revision":   func(e *maecenasv1.AuditEntry) { e.Revision++ },
		"time":       func(e *maecenasv1.AuditEntry) { e.EntryTime.Nanos = 1 },
		"hash":       func(e *maecenasv1.AuditEntry) { e.Hash = append([]byte(nil), e.Hash[1:]...) },
	}
	for name, tamper := range tampers {
		log := entries(9)
		tamper(log[4])
		if s := state(log); s.GetIntact() || s.GetBrokenSequence() != 5 {
			t.Errorf("%s changed: %v", name, s)
		}
	}
	named := entries(3)
	named[1].ActorName, named[1].ObjectName = "Anna", "organizations/a"
	if !state(named).GetIntact() {
		t.Error("names count")
	}
	rapid.Check(t, func(t *rapid.T) {
		log := entries(8)
		switch i := rapid.IntRange(1, 6).Draw(t, "place"); rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			log = append(log[:i:i], log[i+1:]...)
		case 1:
			log[i], log[i+1] = log[i+1], log[i]
		default:
			log = append(log[:i:i], append([]*maecenasv1.AuditEntry{proto.CloneOf(log[i])}, log[i:]...)...)
		}
		if state(log).GetIntact() {
			t.Fatal("it does not show")
		}
	})
}
