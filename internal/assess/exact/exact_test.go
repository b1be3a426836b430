package exact_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/assess/exact"
)

func toBig(x exact.Int) *big.Int {
	z := new(big.Int)
	for i := len(x) - 1; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(x[i]))
	}
	if x.Sign() < 0 {
		z.Sub(z, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	return z
}

// TestInt compares with math/big where nothing wraps around.
func TestInt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		c := rapid.Int64().Draw(t, "c")
		x, y := exact.NewInt(a).Times(b), exact.NewInt(c)
		bx, by := new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(c)
		for _, one := range []struct {
			name string
			got  exact.Int
			want *big.Int
		}{
			{"add", x.Add(y), new(big.Int).Add(bx, by)},
			{"sub", y.Sub(x), new(big.Int).Sub(by, bx)},
			{"mul", x.Mul(y), new(big.Int).Mul(bx, by)},
		} {
			if toBig(one.got).Cmp(one.want) != 0 {
				t.Fatalf("%s: got %v, want %v", one.name, toBig(one.got), one.want)
			}
			if one.got.Sign() != one.want.Sign() {
				t.Fatalf("%s: sign %d of %v", one.name, one.got.Sign(), one.want)
			}
		}
		if x.Cmp(y) != bx.Cmp(by) {
			t.Fatalf("%v against %v: %d", bx, by, x.Cmp(y))
		}
		sum := x
		sum.AddProduct(a&(1<<62-1), c&(1<<62-1))
		product := new(big.Int).Mul(big.NewInt(a&(1<<62-1)), big.NewInt(c&(1<<62-1)))
		if toBig(sum).Cmp(product.Add(product, bx)) != 0 {
			t.Fatalf("add product: got %v, want %v", toBig(sum), product)
		}
	})
}

// TestHundredths compares with floor(10000x + 1/2), for words and wide numbers.
func TestHundredths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1<<62-1).Draw(t, "den")
		num := rapid.OneOf(rapid.Int64Range(-den, 2), rapid.Int64Range(0, den), rapid.Int64Range(max(den-2, 0), 1<<62-1)).Draw(t, "num")
		scale := rapid.SampledFrom([]int64{1, 20000, 1 << 61}).Draw(t, "scale")
		want := new(big.Rat).SetFrac64(num, den)
		want.Mul(want, big.NewRat(exact.Full, 1)).Add(want, big.NewRat(1, 2))
		floor := int64(exact.Full)
		// The quotient may not fit a word before it is cut to Full.
		if whole := new(big.Int).Div(want.Num(), want.Denom()); whole.Cmp(big.NewInt(exact.Full)) < 0 {
			floor = max(whole.Int64(), 0)
		}
		r := exact.Ratio{Num: exact.NewInt(num).Times(scale).Times(scale), Den: exact.NewInt(den).Times(scale).Times(scale)}
		if got := r.Hundredths(); int64(got) != floor {
			t.Fatalf("%d/%d scaled by %d: got %d, want %d", num, den, scale, got, floor)
		}
	})
	// Halves are rounded up.
	for _, half := range []struct {
		num, den int64
		want     int32
	}{{1, 20000, 1}, {3, 20000, 2}, {19999, 20000, 10000}, {1, 20001, 0}} {
		if got := exact.NewRatio(half.num, half.den).Hundredths(); got != half.want {
			t.Errorf("%d/%d: got %d, want %d", half.num, half.den, got, half.want)
		}
	}
}

// TestBounded compares with math/big, near halves and for equal shares too.
func TestBounded(t *testing.T) {
	t.Parallel()
	share := func(t *rapid.T, label string) (exact.Bounded, *big.Rat) {
		den := rapid.OneOf(rapid.SampledFrom([]int64{1, 2, 3, 20000}), rapid.Int64Range(1, 1<<62-1)).Draw(t, label+" den")
		num := rapid.OneOf(rapid.SampledFrom([]int64{0, den, den - 1, den / 2}), rapid.Int64Range(0, den)).Draw(t, label+" num")
		scale := exact.NewInt(rapid.SampledFrom([]int64{1, 3, 1 << 40, 1<<62 - 1}).Draw(t, label+" scale"))
		r := exact.Ratio{Num: exact.NewInt(num).Mul(scale), Den: exact.NewInt(den).Mul(scale)}
		return exact.NewBounded(r), big.NewRat(num, den)
	}
	hundredths := func(r *big.Rat) int32 {
		r.Mul(r, big.NewRat(exact.Full, 1)).Add(r, big.NewRat(1, 2))
		return int32(max(new(big.Int).Div(r.Num(), r.Denom()).Int64(), 0))
	}
	rapid.Check(t, func(t *rapid.T) {
		p, wantP := share(t, "p")
		q, wantQ := share(t, "q")
		r, wantR := share(t, "r")
		s, wantS := share(t, "s")
		if got, want := p.ProductHundredths(&q), hundredths(new(big.Rat).Mul(wantP, wantQ)); got != want {
			t.Errorf("product: got %d, want %d", got, want)
		}
		spread := new(big.Rat).Mul(wantQ, wantR)
		spread.Sub(big.NewRat(1, 1), spread.Add(spread, wantS)).Mul(spread, wantP)
		if got, want := p.SpreadHundredths(&q, &r, &s), hundredths(spread); got != want {
			t.Errorf("spread: got %d, want %d", got, want)
		}
		if got, want := p.Cmp(&q), wantP.Cmp(wantQ); got != want {
			t.Errorf("compare: got %d, want %d", got, want)
		}
	})
}

func TestCurve(t *testing.T) {
	t.Parallel()
	curve := exact.Curve{{X: -30, Y: 10000}, {X: 0, Y: 5000}, {X: 10, Y: 9000}, {X: 30, Y: 0}}
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1e18).Draw(t, "den")
		num := rapid.Int64Range(-40*(den/40), 40*(den/40)).Draw(t, "num")
		x := new(big.Rat).SetFrac64(num, den)
		want := big.NewRat(int64(curve[0].Y), 1)
		for i := 1; i < len(curve); i++ {
			left, right := curve[i-1], curve[i]
			if x.Cmp(big.NewRat(left.X, 1)) > 0 {
				step := new(big.Rat).Sub(x, big.NewRat(left.X, 1))
				if x.Cmp(big.NewRat(right.X, 1)) > 0 {
					step.SetInt64(right.X - left.X)
				}
				want.Add(want, step.Mul(step, big.NewRat(int64(right.Y-left.Y), right.X-left.X)))
			}
		}
		got := curve.At(exact.NewInt(num), exact.NewInt(den))
		value := new(big.Rat).SetFrac(toBig(got.Num), toBig(got.Den))
		if value.Mul(value, big.NewRat(exact.Full, 1)).Cmp(want) != 0 {
			t.Fatalf("at %v: got %v, want %v", x, value, want)
		}
	})
	for x := int64(-35); x <= 35; x++ {
		step := exact.NewRatio(curve.Step(x), exact.Full*curve.Grid())
		at := curve.At(exact.NewInt(x), exact.NewInt(1))
		if step.Num.Mul(at.Den) != at.Num.Mul(step.Den) {
			t.Errorf("at %d a step is not the curve", x)
		}
	}
}
