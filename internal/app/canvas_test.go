package app_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc/codes"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// TestOneOfManyWritersWins holds from the first write of a canvas on, which was
// never there to be read.
func TestOneOfManyWritersWins(t *testing.T) {
	t.Parallel()
	s := tell(t, theatre(), mandate())
	o := must(s.Organizations.Create(local(t), record.Creation[*maecenasv1.Organization]{Resource: theatre()}))(t)
	for round := range int32(3) {
		read := must(s.Canvases.Get(local(t), o.GetName()+"/canvas", 0))(t)
		if read.GetRevision() != round || read.GetEtag() == "" {
			t.Fatalf("round %d: read revision %d, etag %q", round, read.GetRevision(), read.GetEtag())
		}
		var wins atomic.Int32
		var writers sync.WaitGroup
		for range 20 {
			writers.Go(func() {
				change := canvas(o.GetName())
				change.Etag = read.GetEtag()
				change.CustomerSegments[0].Payer = round%2 == 0
				_, _, err := s.Canvases.Update(local(t), record.Update[*maecenasv1.Canvas]{Resource: change})
				if err == nil {
					wins.Add(1)
					return
				}
				wantError(t, err, codes.Aborted, maecenasv1.ErrorReason_ETAG_STALE)
			})
		}
		writers.Wait()
		if wins.Load() != 1 {
			t.Errorf("round %d: %d won", round, wins.Load())
		}
	}
}
