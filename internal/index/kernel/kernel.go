// Package kernel adds up what the columns of a block of rows are worth, by tables of
// 256 bytes, and selects the rows whose sum reaches a threshold.
//
// There is one set of operations and several implementations: scalar Go, which is
// built everywhere and which the others are tested against, and generated assembly
// for processors that have the instructions. Which of them runs is chosen once, from
// what the processor can do; the environment variable MAECENAS_KERNEL names another.
//
// Rows come in lanes of [Lane]. Sums lie in an order that is the implementation's own:
// only the kernel that wrote them may read them.
package kernel

import (
	"fmt"
	"os"
	"strings"
)

// Lane is the number of rows that are worked on together. Every column has a length
// that is a multiple of it, whatever the last rows hold.
const Lane = 128

// Table is what each code of a column is worth.
type Table [256]uint8

// Products is the weighted sum of up to six columns.
type Products struct {
	// Weights are 0 to 127, and for each of the pairs (0, 1), (2, 3) and (4, 5) the
	// products of one row sum to at most 32,767, all six to at most 65,535.
	Weights [6]int8
	// Shift is how many bits the sum is shifted to the right before it is added.
	Shift uint64
}

// Limits say which rows are selected.
type Limits struct {
	// Clear and Open are the least sums of rows of level 0 and of rows above; a sum of
	// 65,535 is never reached.
	Clear, Open uint16
	// Level is the first level that is not selected at all; at least 1.
	Level uint8
}

// Kernel is one implementation. The zero value is none.
type Kernel struct {
	name    string
	sums    func(sums []uint16, codes []uint8, table *Table, entries int)
	levels  func(levels, codes []uint8, table *Table, entries int)
	product func(sums []uint16, columns *[6][]uint8, p *Products)
	choose  func(masks []uint32, sums []uint16, levels []uint8, l *Limits)
}

// Name is "scalar", "avx2" and so on.
func (k *Kernel) Name() string { return k.name }

// AddSums adds to each row's sum what the table says of its code. Codes are less than
// entries; sums must stay below 65,535.
func (k *Kernel) AddSums(sums []uint16, codes []uint8, table *Table, entries int) {
	k.sums(sums, codes, table, entries)
}

// AddLevels adds to each row's level what the table says of its code; 255 is the most.
func (k *Kernel) AddLevels(levels, codes []uint8, table *Table, entries int) {
	k.levels(levels, codes, table, entries)
}

// AddProducts adds to each row's sum the weighted sum of its values in the columns.
func (k *Kernel) AddProducts(sums []uint16, columns *[6][]uint8, p *Products) {
	k.product(sums, columns, p)
}

// Select sets a bit for each row that is selected, 32 rows to a mask, the first row's
// the lowest.
func (k *Kernel) Select(masks []uint32, sums []uint16, levels []uint8, l *Limits) {
	k.choose(masks, sums, levels, l)
}

// Variable is the environment variable that names a kernel.
const Variable = "MAECENAS_KERNEL"

// chosen is read once, when the program starts.
var chosen = choose(os.Getenv(Variable))

// Chosen is the kernel that is used: the one that the environment names, if this
// machine has it, else the fastest.
func Chosen() *Kernel { return chosen }

func choose(name string) *Kernel {
	all := Available()
	for _, k := range all {
		if k.name == name {
			return k
		}
	}
	return all[0]
}

// Available are the kernels that this machine has, the fastest first; scalar Go is
// the last.
func Available() []*Kernel { return append(fast(), &scalar) }

// Check tells whether the environment names a kernel that this machine has not; nil
// where it names none.
func Check() error {
	name := os.Getenv(Variable)
	if name == "" || chosen.name == name {
		return nil
	}
	var names []string
	for _, k := range Available() {
		names = append(names, k.name)
	}
	return fmt.Errorf("%s: this machine has no kernel %q: it has %s", Variable, name, strings.Join(names, ", "))
}
