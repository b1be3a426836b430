// Package throttle slows down those who try passwords: by the account that is
// tried and by the address that it is tried from, with waits that grow.
//
// An account is whatever was typed as its address, whether anybody has it or
// not, so that a wait tells nothing of who has an account. Memory is bounded:
// what is forgotten first is what had the fewest attempts.
//
// The waits follow NIST SP 800-63B, section 3.2.2, which asks for at most 100
// failures in a row on an account: beyond the first five, a day has room for
// about a hundred.
package throttle

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// limit is how a sort of thing is slowed down.
type limit struct {
	// free is how many attempts in a row need no wait.
	free int
	// first is the wait after those; each further attempt doubles it, up to most.
	first, most time.Duration
	// quiet is how long after the last attempt everything is forgotten.
	quiet time.Duration
}

// The limits. An address has more room, since an office may share one; what
// signs in there does not count.
var (
	perAccount = limit{free: 5, first: time.Second, most: 15 * time.Minute, quiet: 24 * time.Hour}
	perAddress = limit{free: 20, first: time.Second, most: 5 * time.Minute, quiet: time.Hour}
)

// familiarFor is how long an address from which somebody signed in stays
// familiar.
const familiarFor = 30 * 24 * time.Hour

// defaultMax is how many accounts, addresses and familiar pairs are remembered,
// each: some 10 MB in all.
const defaultMax = 50_000

// Options are what a [Throttle] needs.
type Options struct {
	// Now is the clock.
	Now func() time.Time
	// Max is how many accounts are remembered at most, and as many addresses and
	// pairs of both; 0: 50,000.
	Max int
}

// Throttle counts attempts. It may be used from many goroutines.
type Throttle struct {
	now  func() time.Time
	max  int
	seed maphash.Seed

	mu        sync.Mutex
	accounts  map[uint64]attempts
	addresses map[uint64]attempts
	// familiar are pairs of an account and an address from which it was signed in
	// to: they are counted apart, so that strangers cannot lock somebody out.
	familiar map[uint64]attempts
}

// attempts are those in a row of one account, address or pair.
type attempts struct {
	count int
	last  time.Time
	// signedIn is when a pair last succeeded.
	signedIn time.Time
}

// New makes a throttle that remembers nothing.
func New(opts Options) *Throttle {
	if opts.Max <= 0 {
		opts.Max = defaultMax
	}
	return &Throttle{
		now: opts.Now, max: opts.Max, seed: maphash.MakeSeed(),
		accounts: map[uint64]attempts{}, addresses: map[uint64]attempts{}, familiar: map[uint64]attempts{},
	}
}

// Take asks for an attempt to sign in to an account from an address, which is an
// IP address with or without a port. Zero: go on; the attempt counts as failed
// until [Throttle.Succeeded]. Else it is how long to wait; nothing was counted.
// An account of "" is none, for what is tried at addresses only, such as links; so is
// an address of "", for what is counted wherever it comes from.
func (t *Throttle) Take(account, address string) time.Duration {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	accounts, account64, address64 := t.keys(account, address, now)
	wait := time.Duration(0)
	if address != "" {
		wait = perAddress.wait(t.addresses[address64], now)
	}
	if account != "" {
		wait = max(wait, perAccount.wait(accounts[account64], now))
	}
	if wait > 0 {
		return wait
	}
	if address != "" {
		t.count(t.addresses, perAddress, address64, now)
	}
	if account != "" {
		t.count(accounts, perAccount, account64, now)
	}
	return 0
}

// Succeeded says that the attempt last taken was right: the account is forgotten,
// and the attempt is given back to the address. What else failed there stands,
// or whoever has an account could guess at others in between.
func (t *Throttle) Succeeded(account, address string) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	accounts, account64, address64 := t.keys(account, address, now)
	if a, ok := t.addresses[address64]; ok {
		if a.count--; a.count <= 0 {
			delete(t.addresses, address64)
		} else {
			t.addresses[address64] = a
		}
	}
	if account == "" {
		return
	}
	delete(accounts, account64)
	pair := t.pair(account, address)
	t.room(t.familiar, perAccount, pair, now)
	t.familiar[pair] = attempts{last: now, signedIn: now}
}

// GiveBack says that an attempt that was taken on an account without an address does
// not count. What else was tried there stands.
func (t *Throttle) GiveBack(account string) {
	now := t.now()
	t.mu.Lock()
	defer t.mu.Unlock()
	accounts, account64, _ := t.keys(account, "", now)
	if a, ok := accounts[account64]; ok {
		if a.count--; a.count <= 0 {
			delete(accounts, account64)
		} else {
			accounts[account64] = a
		}
	}
}

// keys returns where an account is counted, and under what.
func (t *Throttle) keys(account, address string, now time.Time) (accounts map[uint64]attempts, account64, address64 uint64) {
	address64 = maphash.String(t.seed, Network(address))
	pair := t.pair(account, address)
	if known, ok := t.familiar[pair]; ok && account != "" {
		if now.Sub(known.signedIn) < familiarFor {
			return t.familiar, pair, address64
		}
		delete(t.familiar, pair)
	}
	return t.accounts, maphash.String(t.seed, strings.ToLower(account)), address64
}

func (t *Throttle) pair(account, address string) uint64 {
	return maphash.String(t.seed, strings.ToLower(account)+"\x00"+Network(address))
}

// count counts an attempt.
func (t *Throttle) count(in map[uint64]attempts, limit limit, key uint64, now time.Time) {
	a := in[key]
	if limit.forgotten(a, now) {
		a.count = 0
	}
	t.room(in, limit, key, now)
	a.count++
	a.last = now
	in[key] = a
}

// sample is how many entries are looked at for one to forget.
const sample = 16

// room makes room for a key: of a few entries, in Go's random order, the one that
// matters least goes.
func (t *Throttle) room(in map[uint64]attempts, limit limit, key uint64, now time.Time) {
	if _, ok := in[key]; ok || len(in) < t.max {
		return
	}
	var least uint64
	var found attempts
	looked := 0
	for candidate, a := range in {
		if limit.forgotten(a, now) && a.signedIn.IsZero() {
			delete(in, candidate)
			return
		}
		if looked == 0 || a.count < found.count || (a.count == found.count && a.last.Before(found.last)) {
			least, found = candidate, a
		}
		if looked++; looked == sample {
			break
		}
	}
	delete(in, least)
}

// wait returns how long the next attempt has to wait.
func (l limit) wait(a attempts, now time.Time) time.Duration {
	if a.count < l.free || l.forgotten(a, now) {
		return 0
	}
	delay := l.most
	if doublings := a.count - l.free; doublings < 20 {
		delay = min(l.most, l.first<<doublings)
	}
	return max(0, a.last.Add(delay).Sub(now))
}

func (l limit) forgotten(a attempts, now time.Time) bool { return now.Sub(a.last) >= l.quiet }

// Network returns what an IP address, with or without a port, is counted as: an
// IPv4 address by itself, an IPv6 one as its /64, since whoever has one of those
// has all of it (RFC 6177). A text that is no address stands for itself.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		withPort, err := netip.ParseAddrPort(address)
		if err != nil {
			return address
		}
		ip = withPort.Addr()
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64) // an IPv6 address has one
	return prefix.String()
}
