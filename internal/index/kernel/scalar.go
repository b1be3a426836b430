package kernel

// scalar is plain Go: the oracle of every other kernel.
var scalar = Kernel{
	name: "scalar", sums: addSums, levels: addLevels, product: addProducts, choose: selectRows,
}

func addSums(sums []uint16, codes []uint8, table *Table, _ int) {
	sums = sums[:len(codes)]
	for i, c := range codes {
		sums[i] += uint16(table[c])
	}
}

func addLevels(levels, codes []uint8, table *Table, _ int) {
	levels = levels[:len(codes)]
	for i, c := range codes {
		levels[i] = uint8(min(int(levels[i])+int(table[c]), 255))
	}
}

func addProducts(sums []uint16, columns *[6][]uint8, p *Products) {
	var w [6]uint32
	for i, weight := range p.Weights {
		w[i] = uint32(uint8(weight))
	}
	n := len(columns[0])
	a, b, c := columns[0][:n], columns[1][:n], columns[2][:n]
	d, e, f := columns[3][:n], columns[4][:n], columns[5][:n]
	sums = sums[:n]
	for i := range sums {
		s := w[0]*uint32(a[i]) + w[1]*uint32(b[i]) + w[2]*uint32(c[i]) +
			w[3]*uint32(d[i]) + w[4]*uint32(e[i]) + w[5]*uint32(f[i])
		sums[i] += uint16(s >> (p.Shift & 15))
	}
}

func selectRows(masks []uint32, sums []uint16, levels []uint8, l *Limits) {
	for m := range masks {
		var mask uint32
		s, v := sums[32*m:][:32], levels[32*m:][:32]
		for i := range s {
			least := l.Clear
			if v[i] != 0 {
				least = l.Open
			}
			if s[i] >= least && v[i] < l.Level {
				mask |= 1 << i
			}
		}
		masks[m] = mask
	}
}
