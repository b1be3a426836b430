package throttle_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/auth/throttle"
)

// clock is set by a test.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func start(limit int) (*clock, *throttle.Throttle) {
	c := &clock{time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)}
	return c, throttle.New(throttle.Options{Now: c.Now, Max: limit})
}

func address(i int) string { return fmt.Sprintf("10.%d.%d.%d:1", i>>16&255, i>>8&255, i&255) }

func TestWaitsGrow(t *testing.T) {
	t.Parallel()
	c, th := start(0)
	for i := range 5 {
		if wait := th.Take("anna@a.example", address(i)); wait != 0 {
			t.Fatalf("attempt %d waits %s", i, wait)
		}
	}
	want := time.Second
	for i := range 15 {
		wait := th.Take("ANNA@a.example", address(100+i))
		if wait != want {
			t.Fatalf("after %d: %s, want %s", 5+i, wait, want)
		}
		if again := th.Take("anna@a.example", address(100+i)); again != wait {
			t.Errorf("being refused counts: %s", again)
		}
		c.now = c.now.Add(wait)
		if wait := th.Take("anna@a.example", address(100+i)); wait != 0 {
			t.Fatalf("after waiting: %s", wait)
		}
		want = min(2*want, 15*time.Minute)
	}
	if wait := th.Take("bruno@a.example", address(1)); wait != 0 {
		t.Errorf("another account waits %s", wait)
	}
	c.now = c.now.Add(24 * time.Hour)
	for i := range 5 {
		if wait := th.Take("anna@a.example", address(i)); wait != 0 {
			t.Errorf("a day later: %s", wait)
		}
	}
}

func TestADayHasRoomForAboutAHundred(t *testing.T) {
	t.Parallel()
	c, th := start(0)
	taken, end := 0, c.now.Add(24*time.Hour)
	for i := 0; c.now.Before(end); i++ {
		wait := th.Take("anna@a.example", address(i))
		if wait == 0 {
			taken++
		}
		c.now = c.now.Add(wait)
	}
	if taken > 112 {
		t.Errorf("%d attempts in a day", taken)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]func(i int) string{
		"one":         func(int) string { return "192.0.2.1:80" },
		"its ports":   func(i int) string { return fmt.Sprintf("192.0.2.1:%d", i) },
		"one of /64":  func(i int) string { return fmt.Sprintf("[2001:db8:1:2::%x]:80", i+1) },
		"mapped IPv4": func(int) string { return "::ffff:192.0.2.1" },
		"no address":  func(int) string { return "pipe" },
	} {
		c, th := start(0)
		for i := range 20 {
			if wait := th.Take(fmt.Sprint("someone", i), from(i)); wait != 0 {
				t.Fatalf("%s: attempt %d waits %s", name, i, wait)
			}
		}
		if wait := th.Take("else", from(20)); wait != time.Second {
			t.Errorf("%s: %s", name, wait)
		}
		if wait := th.Take("", from(20)); wait != time.Second {
			t.Errorf("%s: a link: %s", name, wait)
		}
		if wait := th.Take("else", "[2001:db8:1:3::1]:1"); wait != 0 {
			t.Errorf("%s: elsewhere: %s", name, wait)
		}
		c.now = c.now.Add(time.Hour)
		if wait := th.Take("else", from(20)); wait != 0 {
			t.Errorf("%s: an hour later: %s", name, wait)
		}
	}
}

// TestSuccess: an office signs in as often as it likes, and an account of one's
// own does not help to guess at others.
func TestSuccess(t *testing.T) {
	t.Parallel()
	_, th := start(0)
	const office = "192.0.2.1"
	for i := range 1000 {
		account := fmt.Sprint("person", i)
		if wait := th.Take(account, office); wait != 0 {
			t.Fatalf("sign-in %d waits %s", i, wait)
		}
		th.Succeeded(account, office)
	}
	guesses := 0
	for i := range 100 {
		if th.Take("mine", office) == 0 {
			th.Succeeded("mine", office)
		}
		if th.Take(fmt.Sprint("victim", i), office) == 0 {
			guesses++
		}
	}
	if guesses > 20 {
		t.Errorf("%d guesses in no time", guesses)
	}
}

// TestStrangersLockNobodyOut: who signed in from an address before is let in
// there, whatever strangers try; and has no more attempts than they.
func TestStrangersLockNobodyOut(t *testing.T) {
	t.Parallel()
	c, th := start(0)
	const anna, home = "anna@a.example", "192.0.2.1"
	if th.Take(anna, home) != 0 {
		t.Fatal("at first")
	}
	th.Succeeded(anna, home)
	for i := range 50 {
		c.now = c.now.Add(th.Take(anna, address(i)))
	}
	th.Take(anna, address(50))
	if wait := th.Take(anna, "203.0.113.9"); wait == 0 {
		t.Error("a stranger need not wait")
	}
	for i := range 5 {
		if wait := th.Take(anna, home); wait != 0 {
			t.Errorf("at home, attempt %d: %s", i, wait)
		}
	}
	if wait := th.Take(anna, home); wait != time.Second {
		t.Errorf("at home, one too many: %s", wait)
	}
	c.now = c.now.Add(31 * 24 * time.Hour)
	for i := range 5 {
		th.Take(anna, address(i))
	}
	if wait := th.Take(anna, home); wait == 0 {
		t.Error("an address stays familiar for ever")
	}
}

// TestFlood fills it with other accounts from other addresses: what was tried
// most is still remembered, and memory is bounded.
func TestFlood(t *testing.T) {
	t.Parallel()
	c, th := start(1000)
	for i := range 12 {
		c.now = c.now.Add(th.Take("anna@a.example", address(i)))
		th.Take("anna@a.example", address(i))
	}
	for i := range 20_000 {
		th.Take(fmt.Sprint("nobody", i), fmt.Sprintf("[2001:db8:%x:%x::1]:1", i>>16, i&0xffff))
	}
	if wait := th.Take("anna@a.example", "192.0.2.200"); wait == 0 {
		t.Error("a flood made it forget")
	}
	before := heap()
	_, big := start(0)
	for i := range 80_000 {
		big.Take(fmt.Sprint("nobody", i), fmt.Sprintf("[2001:db8:%x:%x::1]:1", i>>16, i&0xffff))
	}
	if used := heap() - before; used > 20<<20 {
		t.Errorf("%d bytes", used)
	}
	runtime.KeepAlive(big)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestWaitIsTheTruth: after the wait that it names, and no time before, an
// attempt is taken.
func TestWaitIsTheTruth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, th := start(0)
		accounts := []string{"", "a", "b"}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			account := rapid.SampledFrom(accounts).Draw(t, "account")
			from := address(rapid.IntRange(0, 1).Draw(t, "address"))
			wait := th.Take(account, from)
			if wait < 0 || wait > 15*time.Minute {
				t.Fatalf("waits %s", wait)
			}
			if wait > 0 {
				c.now = c.now.Add(wait - 1)
				if left := th.Take(account, from); left != 1 {
					t.Fatalf("%s of %s left", left, wait)
				}
				c.now = c.now.Add(1)
				if left := th.Take(account, from); left != 0 {
					t.Fatalf("%s after waiting", left)
				}
			}
			if rapid.Bool().Draw(t, "right") {
				th.Succeeded(account, from)
			}
		}
	})
}
