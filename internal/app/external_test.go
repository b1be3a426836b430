package app_test

import (
	"testing"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestExternalIDsOfWriters: an id that others have is refused to nobody; those that
// administrators wrote stay theirs, and imports find records by these alone.
func TestExternalIDsOfWriters(t *testing.T) {
	t.Parallel()
	a := open(t)
	one := func(id, stated string) *maecenasv1.ExternalId {
		return &maecenasv1.ExternalId{System: "vat", Id: id, Writer: stated}
	}
	create := func(ids ...*maecenasv1.ExternalId) (*maecenasv1.Organization, error) {
		o := theatre()
		o.ExternalIds = ids
		made, _, err := a.Organizations.Create(local(t), record.Creation[*maecenasv1.Organization]{Resource: o})
		return made, err
	}
	known, err := create(one("1", "investors/stated"))
	if err != nil || known.GetExternalIds()[0].GetWriter() != "" {
		t.Fatalf("%v, %v", known.GetExternalIds(), err)
	}
	if _, err = create(one("1", "")); err == nil {
		t.Error("an administrator gives an id twice")
	}
	other, err := create()
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, ids ...*maecenasv1.ExternalId) []*maecenasv1.ExternalId {
		t.Helper()
		wrote, _, err := a.Organizations.Update(auth.WithPrincipal(t.Context(), auth.Insider(name)), record.Update[*maecenasv1.Organization]{
			Resource: &maecenasv1.Organization{Name: name, ExternalIds: ids}, Mask: &fieldmaskpb.FieldMask{Paths: []string{"external_ids"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return wrote.GetExternalIds()
	}
	if got := write(other.GetName(), one("1", ""), one("2", known.GetName())); got[0].GetWriter() != other.GetName() || got[1].GetWriter() != other.GetName() {
		t.Errorf("written by its people: %v", got)
	}
	if got := write(known.GetName(), one("3", ""), one("1", known.GetName())); got[0].GetWriter() != known.GetName() || got[1].GetWriter() != "" {
		t.Errorf("one is new, one an administrator's: %v", got)
	}
	if _, err = create(one("2", "")); err != nil {
		t.Errorf("an id that a stranger took: %v", err)
	}
	again := theatre()
	again.DisplayName, again.ExternalIds = "Imported", []*maecenasv1.ExternalId{one("1", "")}
	if _, _, err := a.Import(local(t), []*maecenasv1.Record{{Resource: &maecenasv1.Record_Organization{Organization: again}}}); err != nil {
		t.Fatal(err)
	}
	if got, _, err := a.Organizations.Get(local(t), known.GetName(), 0); err != nil || got.GetDisplayName() != "Imported" {
		t.Errorf("%v, %v", got, err)
	}
}
