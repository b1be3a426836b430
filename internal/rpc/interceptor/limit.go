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
	"github.com/maecenas-cci/maecenas/internal/auth/throttle"
)

const (
	// maxBuckets is how many callers' buckets are kept before others make room.
	maxBuckets = 4_096
	// anonymousShare is by how much fewer calls an address may make without
	// credentials than a principal.
	anonymousShare = 100
	// concurrencyRetry is when a caller with too many calls under way is told to try
	// again: about as long as the slower calls take.
	concurrencyRetry = time.Second
)

// limiter bounds what one caller may ask for, in a time and at a time. A caller
// is a principal, or the address that calls without credentials come from.
type limiter struct {
	rate        rate.Limit
	burst       int
	concurrency int
	now         func() time.Time

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	running map[string]int
}

func newLimiter(opts Options) *limiter {
	return &limiter{
		rate: rate.Limit(opts.Rate), burst: max(opts.Burst, 1), concurrency: opts.Concurrency, now: opts.Now,
		buckets: map[string]*rate.Limiter{}, running: map[string]int{},
	}
}

func (l *limiter) around(ctx context.Context, call *call, next func(context.Context) error) error {
	if isPublic(call.method) {
		return next(ctx)
	}
	caller, anonymous := call.principal.Name, call.principal.Name == ""
	if anonymous {
		caller = throttle.Network(AddressFromContext(ctx))
	}
	if wait := l.take(caller, anonymous); wait > 0 {
		return fault(codes.ResourceExhausted, maecenasv1.ErrorReason_RATE_LIMITED,
			"you call too often: wait as long as RetryInfo says",
			&errdetails.RetryInfo{RetryDelay: durationpb.New(wait)})
	}
	if !l.begin(caller) {
		return fault(codes.ResourceExhausted, maecenasv1.ErrorReason_CONCURRENCY_LIMITED,
			"you have too many calls under way: wait until some have ended",
			&errdetails.RetryInfo{RetryDelay: durationpb.New(concurrencyRetry)})
	}
	defer l.end(caller)
	return next(ctx)
}

// begin counts a call under way, unless there are too many.
func (l *limiter) begin(caller string) bool {
	if l.concurrency <= 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[caller] >= l.concurrency {
		return false
	}
	l.running[caller]++
	return true
}

func (l *limiter) end(caller string) {
	if l.concurrency <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[caller]--; l.running[caller] <= 0 {
		delete(l.running, caller)
	}
}

// take takes a call out of a caller's bucket and returns 0, or how long it
// takes until there is one.
func (l *limiter) take(caller string, anonymous bool) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	limit, burst := l.rate, l.burst
	if anonymous {
		limit, burst = max(limit/anonymousShare, 1), max(burst/anonymousShare, 1)
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets[caller]
	if !ok {
		l.drop(now)
		bucket = rate.NewLimiter(limit, burst)
		l.buckets[caller] = bucket
	}
	reservation := bucket.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// drop makes room for one more bucket: of a few, in Go's random order, the one
// goes that forgets least, because it is fullest. Addresses are many, so that
// looking at all would be slow when it matters.
func (l *limiter) drop(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	var least string
	fullest, looked := -1.0, 0
	for caller, bucket := range l.buckets {
		if full := bucket.TokensAt(now) / float64(bucket.Burst()); full > fullest {
			least, fullest = caller, full
		}
		if looked++; looked == 16 || fullest >= 1 {
			break
		}
	}
	delete(l.buckets, least)
}
