package kernel_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/maecenas-cci/maecenas/internal/index/kernel"
)

// bytes draws n bytes, at most most each.
func bytes(t *rapid.T, n int, most uint8, label string) []uint8 {
	seed, odd := rapid.Uint32().Draw(t, label), rapid.Uint32().Draw(t, label+" step")|1
	out := make([]uint8, n)
	for i := range out {
		seed = seed*1664525 + odd
		out[i] = uint8(int(seed>>24) % (int(most) + 1))
	}
	return out
}

// TestKernelsAgree runs what the index runs over a block, on each kernel of this
// machine, and compares which rows are selected.
func TestKernelsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, kernelsAgree)
}

// FuzzKernelsAgree is the same, by the fuzzer's choices.
func FuzzKernelsAgree(f *testing.F) { f.Fuzz(rapid.MakeFuzz(kernelsAgree)) }

func kernelsAgree(t *rapid.T) {
	lanes := rapid.IntRange(1, 4).Draw(t, "lanes")
	rows := lanes * kernel.Lane
	type column struct {
		codes   []uint8
		entries int
		table   kernel.Table
	}
	draw := func(most uint8) (list []column) {
		for range rapid.IntRange(0, 3).Draw(t, "columns") {
			entries := rapid.IntRange(1, 256).Draw(t, "entries")
			c := column{bytes(t, rows, uint8(entries-1), "codes"), entries, kernel.Table{}}
			copy(c.table[:], bytes(t, 256, most, "table"))
			list = append(list, c)
		}
		return list
	}
	sums, levels := draw(255), draw(rapid.SampledFrom([]uint8{1, 17, 255}).Draw(t, "level"))
	var columns [6][]uint8
	for i := range columns {
		columns[i] = bytes(t, rows, 250, "business")
	}
	p := kernel.Products{Shift: rapid.Uint64Range(0, 7).Draw(t, "shift")}
	for i := range p.Weights {
		p.Weights[i] = int8(rapid.IntRange(0, 43).Draw(t, "weight"))
	}
	limits := kernel.Limits{
		Clear: rapid.Uint16Range(0, 12000).Draw(t, "clear"), Open: rapid.Uint16().Draw(t, "open"),
		Level: rapid.Uint8Range(1, 255).Draw(t, "limit"),
	}
	run := func(k *kernel.Kernel) []uint32 {
		sum, level, masks := make([]uint16, rows), make([]uint8, rows), make([]uint32, rows/32)
		for i := range sums {
			k.AddSums(sum, sums[i].codes, &sums[i].table, sums[i].entries)
		}
		for i := range levels {
			k.AddLevels(level, levels[i].codes, &levels[i].table, levels[i].entries)
		}
		k.AddProducts(sum, &columns, &p)
		k.Select(masks, sum, level, &limits)
		return masks
	}
	all := kernel.Available()
	want := run(all[len(all)-1])
	for _, k := range all[:len(all)-1] {
		if got := run(k); !slices.Equal(got, want) {
			t.Fatalf("%s selects %x, scalar %x", k.Name(), got, want)
		}
	}
}

// BenchmarkBlock is what a block of 2,048 rows costs each kernel.
func BenchmarkBlock(b *testing.B) {
	const rows = 2048
	codes, sum, level, masks := make([]uint8, rows), make([]uint16, rows), make([]uint8, rows), make([]uint32, rows/32)
	for i := range codes {
		codes[i] = uint8(i * 7)
	}
	var table kernel.Table
	columns := [6][]uint8{codes, codes, codes, codes, codes, codes}
	p := kernel.Products{Weights: [6]int8{1, 2, 3, 4, 5, 6}, Shift: 3}
	for _, k := range kernel.Available() {
		for _, entries := range []int{16, 64, 256} {
			b.Run(fmt.Sprintf("kernel=%s/op=sums/entries=%d", k.Name(), entries), func(b *testing.B) {
				for b.Loop() {
					k.AddSums(sum, codes, &table, entries)
				}
			})
		}
		b.Run("kernel="+k.Name()+"/op=products", func(b *testing.B) {
			for b.Loop() {
				k.AddProducts(sum, &columns, &p)
			}
		})
		b.Run("kernel="+k.Name()+"/op=select", func(b *testing.B) {
			for b.Loop() {
				k.Select(masks, sum, level, &kernel.Limits{Clear: 9, Open: 9, Level: 16})
			}
		})
	}
}
