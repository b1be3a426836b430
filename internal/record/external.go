package record

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// written says whose the external ids of a record are: those that were there stay
// whose they were; new ones are those of its subject, or of nobody where an
// administrator writes them. So an id that others have is not refused to anybody,
// which would tell of it, and nobody keeps the true holder from it.
func written(caller *auth.Principal, rec, old store.Record) {
	ids := store.ExternalIDs(rec)
	if len(ids) == 0 {
		return
	}
	writers := map[[2]string]string{}
	for _, id := range store.ExternalIDs(old) {
		writers[externalKey(id)] = id.GetWriter()
	}
	for _, id := range ids {
		writer, kept := writers[externalKey(id)]
		if !kept && !caller.Administrator {
			writer = resource.Subject(rec.GetName())
		}
		id.Writer = writer
	}
}

func externalKey(id *maecenasv1.ExternalId) [2]string {
	return [2]string{id.GetSystem(), id.GetId()}
}
