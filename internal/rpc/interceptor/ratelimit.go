package interceptor

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// maxBuckets is how many principals' buckets are kept before full ones, which
// forget nothing, are dropped.
const maxBuckets = 10_000

// limiter keeps a bucket of calls for each principal.
type limiter struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

func newLimiter(opts Options) *limiter {
	return &limiter{
		rate: rate.Limit(opts.Rate), burst: max(opts.Burst, 1), now: opts.Now,
		buckets: map[string]*rate.Limiter{},
	}
}

func (l *limiter) around(ctx context.Context, call *call, next func(context.Context) error) error {
	if l.rate <= 0 || isPublic(call.method) {
		return next(ctx)
	}
	if wait := l.take(call.principal.Name); wait > 0 {
		return fault(codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED,
			"you call too often: wait as long as RetryInfo says",
			&errdetails.RetryInfo{RetryDelay: durationpb.New(wait)})
	}
	return next(ctx)
}

// take takes a call out of a principal's bucket and returns 0, or how long it
// takes until there is one.
func (l *limiter) take(principal string) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[principal]
	if !ok {
		l.drop(now)
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.buckets[principal] = bucket
	}
	reservation := bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// drop makes room for one more bucket.
func (l *limiter) drop(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for principal, bucket := range l.buckets {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.buckets, principal)
		}
	}
}
