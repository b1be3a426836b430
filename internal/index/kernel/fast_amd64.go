package kernel

import "golang.org/x/sys/cpu"

// fast are the kernels beside scalar Go that this machine has.
func fast() []*Kernel {
	if !cpu.X86.HasAVX2 {
		return nil
	}
	return []*Kernel{&avx2}
}

var avx2 = Kernel{
	name: "avx2",
	sums: func(sums []uint16, codes []uint8, table *Table, entries int) {
		if lanes := len(codes) / Lane; lanes > 0 {
			_ = sums[len(codes)-1]
			sumsAVX2(&sums[0], &codes[0], &table[0], chunks(entries), uint64(lanes))
		}
	},
	levels: func(levels, codes []uint8, table *Table, entries int) {
		if lanes := len(codes) / Lane; lanes > 0 {
			_ = levels[len(codes)-1]
			levelsAVX2(&levels[0], &codes[0], &table[0], chunks(entries), uint64(lanes))
		}
	},
	product: func(sums []uint16, columns *[6][]uint8, p *Products) {
		n := len(columns[0])
		if n < Lane {
			return
		}
		var at [6]*uint8
		for i := range columns {
			_ = columns[i][n-1]
			at[i] = &columns[i][0]
		}
		var pairs [3]uint16
		for i := range pairs {
			pairs[i] = uint16(uint8(p.Weights[2*i])) | uint16(uint8(p.Weights[2*i+1]))<<8
		}
		_ = sums[n-1]
		productsAVX2(&sums[0], &at, &pairs, p.Shift, uint64(n/Lane))
	},
	choose: func(masks []uint32, sums []uint16, levels []uint8, l *Limits) {
		if n := len(masks); n > 0 {
			_, _ = sums[32*n-1], levels[32*n-1]
			selectAVX2(&masks[0], &sums[0], &levels[0], uint64(l.Clear), uint64(l.Open), uint64(l.Level)-1, uint64(n))
		}
	},
}

// chunks is how many chunks of 16 entries hold a table's.
func chunks(entries int) uint64 { return uint64(max(1, min(16, (entries+15)/16))) }
