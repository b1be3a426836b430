package erase

import (
	"errors"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// others goes through the records of everybody else.
func (e *eraser) others(subject store.Kind) error {
	for _, kind := range store.Kinds() {
		switch kind {
		case store.KindAuditEntry, store.KindErasedSubject, store.KindExchangeRates:
			continue // They name nobody.
		case store.KindKeySecret:
			continue // They go with their keys.
		}
		if err := e.kind(kind, subject); err != nil {
			return err
		}
	}
	return nil
}

// kind goes through the records of a kind. They are written once all were read, as
// a list sees what is written behind it.
func (e *eraser) kind(kind, subject store.Kind) error {
	var changed []store.Record
	var gone []string
	err := e.target.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if kind.Subject() == subject && e.gone[store.SubjectName(rec.GetName())] {
			return true, nil // It is the subject's own.
		}
		switch e.judge(rec) {
		case untouched:
		case scrubbed:
			changed = append(changed, rec)
		case meaningless:
			if len(kind.Below()) > 0 {
				changed = append(changed, rec) // Others are below it.
				break
			}
			gone = append(gone, rec.GetName())
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, rec := range changed {
		if err := e.target.PutAsIs(rec); err != nil {
			return err
		}
		e.result.Changed++
	}
	for _, name := range gone {
		if err := e.removeOther(kind, name); err != nil {
			return err
		}
	}
	return nil
}

// removeOther deletes a record of somebody else, a key with its secret.
func (e *eraser) removeOther(kind store.Kind, name string) error {
	if kind == store.KindApiKey {
		err := e.remove(store.KindKeySecret, name+"/secret")
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	e.gone[name] = true
	return e.remove(kind, name)
}

// verdict is what becomes of a record that may name the subject.
type verdict int

const (
	untouched   verdict = iota
	scrubbed            // it says the same without
	meaningless         // it is about the subject
)

// judge takes what names the subject out of a record.
func (e *eraser) judge(rec store.Record) verdict {
	switch rec := rec.(type) {
	case *storagev1.Link:
		if e.email != "" && rec.GetEmail() == e.email {
			return meaningless
		}
		if e.names(rec.GetPrincipal()) || e.names(rec.GetResource()) || e.names(rec.GetGranter()) {
			return meaningless
		}
		return untouched
	case *maecenasv1.Consent:
		// Without the field it would say that it concerns the person alone.
		if e.names(rec.GetSubject()) {
			return meaningless
		}
	case *maecenasv1.ApiKey:
		// Without a scope it would be good for everything.
		scoped := len(rec.GetScopes()) > 0
		found := e.scrub(rec.ProtoReflect())
		if scoped && len(rec.GetScopes()) == 0 {
			return meaningless
		}
		return found
	case *maecenasv1.Deal:
		if e.names(rec.GetOrganization()) {
			rec.Snapshot = e.remains(rec.GetSnapshot())
		}
	}
	return e.scrub(rec.ProtoReflect())
}

// remains is what of a deal's snapshot stays the investor's, so that it may go on
// learning from the deal: what official codes tell of an organization, as wide as
// a basic region (NUTS 2). Of a natural person, whom even that could tell, nothing
// does; the snapshot stays, empty, for a deal has one or an organization.
func (e *eraser) remains(snapshot *maecenasv1.Deal_Snapshot) *maecenasv1.Deal_Snapshot {
	if e.person || snapshot == nil {
		return &maecenasv1.Deal_Snapshot{}
	}
	rest := &maecenasv1.Deal_Snapshot{CulturalDomains: snapshot.GetCulturalDomains()}
	if place := snapshot.GetPlace(); place.GetCountryCode() != "" {
		region := place.GetRegionCode()
		rest.Place = &maecenasv1.Place{CountryCode: place.GetCountryCode(), RegionCode: region[:min(len(region), basicRegion)]}
	}
	for _, activity := range snapshot.GetActivities() {
		if activity.GetScheme() != maecenasv1.Activity_OTHER {
			rest.Activities = append(rest.Activities, activity)
		}
	}
	return rest
}

// basicRegion is how long the code of a basic region is, as in ITC1.
const basicRegion = 4

// scrub takes every name of what went out of a message: elements out of lists,
// values out of fields. A message of which a required field is one of them says
// nothing without it: as an element it goes from its list, as a field it is cleared.
func (e *eraser) scrub(message protoreflect.Message) verdict {
	found := untouched
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		one := untouched
		switch {
		case field.IsMap(), field.Kind() != protoreflect.StringKind && field.Message() == nil:
		case field.Name() == "name" && message.Descriptor().Fields().ByName("uid") != nil:
			// The record's own.
		case field.IsList():
			one = e.scrubList(message, field, value.List())
		case field.Message() != nil:
			if one = e.scrub(value.Message()); one == meaningless {
				one = unset(message, field)
			}
		case e.names(value.String()):
			one = unset(message, field)
		}
		found = max(found, one)
		return true
	})
	return found
}

func unset(message protoreflect.Message, field protoreflect.FieldDescriptor) verdict {
	message.Clear(field)
	if required(field) {
		return meaningless
	}
	return scrubbed
}

// scrubList keeps the elements that name nothing of what went.
func (e *eraser) scrubList(message protoreflect.Message, field protoreflect.FieldDescriptor, list protoreflect.List) verdict {
	found := untouched
	kept := 0
	for i := range list.Len() {
		var keep bool
		if field.Message() == nil {
			keep = !e.names(list.Get(i).String())
		} else {
			one := e.scrub(list.Get(i).Message())
			keep = one != meaningless
			found = max(found, min(one, scrubbed))
		}
		if keep {
			list.Set(kept, list.Get(i))
			kept++
		}
	}
	switch {
	case kept == list.Len():
		return found
	case kept == 0:
		message.Clear(field)
	default:
		list.Truncate(kept)
	}
	return scrubbed
}

// required tells whether the schema requires a field.
func required(field protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, behavior := range behaviors {
		if behavior == annotations.FieldBehavior_REQUIRED {
			return true
		}
	}
	return false
}
