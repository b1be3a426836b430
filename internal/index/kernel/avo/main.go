// Command avo writes the assembly of package kernel. Run it in its own folder:
//
//	go run . -out ../avx2_amd64.s -stubs ../avx2_amd64.go -pkg kernel
//
// It is a module of its own, so that the product does not depend on what it needs.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	lookup("sumsAVX2", "uint16", "adds to the sums of lanes of 128 rows what a table says of their codes, by chunks of 16 entries.", addSums)
	lookup("levelsAVX2", "uint8", "adds to the levels of lanes of 128 rows what a table says of their codes, by chunks of 16 entries.", addLevels)
	products()
	choose()
	Generate()
}

// splat is a vector of 32 bytes of one value.
func splat(name string, v uint64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, U64(v*0x0101010101010101))
	}
	return m
}

// vectors is how many vectors of 32 rows make a lane.
const vectors = 4

// lookup writes a function that looks codes up in a table and adds what is found.
//
// A code c has its chunk where c - 16k is 0 to 15. Adding 0x70 with saturation leaves
// exactly those below 0x80, and PSHUFB answers 0 for the others.
func lookup(name, into, doc string, add func(into reg.GPVirtual, found []reg.VecVirtual)) {
	TEXT(name, NOSPLIT, "func(into *"+into+", codes, table *uint8, chunks, lanes uint64)")
	Pragma("noescape")
	Doc(name + " " + doc)
	sink := Load(Param("into"), GP64()).(reg.GPVirtual)
	codes := Load(Param("codes"), GP64())
	table := Load(Param("table"), GP64())
	chunks := Load(Param("chunks"), GP64())
	lanes := Load(Param("lanes"), GP64())
	beyond, step := YMM(), YMM()
	VMOVDQU(splat(name+"Beyond", 0x70), beyond)
	VMOVDQU(splat(name+"Step", 0x10), step)

	Label(name + "Lane")
	code, found := make([]reg.VecVirtual, vectors), make([]reg.VecVirtual, vectors)
	for i := range vectors {
		code[i], found[i] = YMM(), YMM()
		VMOVDQU(Mem{Base: codes, Disp: 32 * i}, code[i])
		VPXOR(found[i], found[i], found[i])
	}
	at, left := GP64(), GP64()
	MOVQ(table, at)
	MOVQ(chunks, left)
	Label(name + "Chunk")
	chunk := YMM()
	VBROADCASTI128(Mem{Base: at}, chunk)
	for i := range vectors {
		index := YMM()
		VPADDUSB(beyond, code[i], index)
		VPSHUFB(index, chunk, index)
		VPOR(index, found[i], found[i])
		VPSUBB(step, code[i], code[i])
	}
	ADDQ(U8(16), at)
	DECQ(left)
	JNZ(LabelRef(name + "Chunk"))
	add(sink, found)
	ADDQ(U32(32*vectors), codes)
	DECQ(lanes)
	JNZ(LabelRef(name + "Lane"))
	VZEROUPPER()
	RET()
}

// addSums widens what was found to 16 bits. Sums stay in the order that unpacking
// makes: of 32 rows first 0 to 7 and 16 to 23, then the others.
func addSums(into reg.GPVirtual, found []reg.VecVirtual) {
	zero := YMM()
	VPXOR(zero, zero, zero)
	for i, v := range found {
		low, high := YMM(), YMM()
		VPUNPCKLBW(zero, v, low)
		VPUNPCKHBW(zero, v, high)
		for j, half := range []reg.VecVirtual{low, high} {
			at := Mem{Base: into, Disp: 64*i + 32*j}
			VPADDW(at, half, half)
			VMOVDQU(half, at)
		}
	}
	ADDQ(U32(64*len(found)), into)
}

func addLevels(into reg.GPVirtual, found []reg.VecVirtual) {
	for i, v := range found {
		at := Mem{Base: into, Disp: 32 * i}
		VPADDUSB(at, v, v)
		VMOVDQU(v, at)
	}
	ADDQ(U32(32*len(found)), into)
}

// products writes the weighted sum of six columns, in pairs.
func products() {
	const name = "productsAVX2"
	TEXT(name, NOSPLIT, "func(sums *uint16, columns *[6]*uint8, weights *[3]uint16, shift, lanes uint64)")
	Pragma("noescape")
	Doc(name + " adds to the sums of lanes of 128 rows the weighted sum of six columns; each of weights is a pair's, the first column's in its low byte.")
	sums := Load(Param("sums"), GP64())
	columns := Load(Param("columns"), GP64())
	weights := Load(Param("weights"), GP64())
	shift := XMM()
	count := Load(Param("shift"), GP64())
	MOVQ(count, shift)
	lanes := Load(Param("lanes"), GP64())
	SHLQ(U8(2), lanes)
	column := make([]reg.GPVirtual, 6)
	for i := range column {
		column[i] = GP64()
		MOVQ(Mem{Base: columns, Disp: 8 * i}, column[i])
	}
	weight := make([]reg.VecVirtual, 3)
	for i := range weight {
		weight[i] = YMM()
		VPBROADCASTW(Mem{Base: weights, Disp: 2 * i}, weight[i])
	}
	row := GP64()
	XORQ(row, row)
	Label(name + "Rows")
	low, high := YMM(), YMM()
	for pair := range 3 {
		a, b := YMM(), YMM()
		VMOVDQU(Mem{Base: column[2*pair], Index: row, Scale: 1}, a)
		VMOVDQU(Mem{Base: column[2*pair+1], Index: row, Scale: 1}, b)
		l, h := YMM(), YMM()
		VPUNPCKLBW(b, a, l)
		VPUNPCKHBW(b, a, h)
		VPMADDUBSW(weight[pair], l, l)
		VPMADDUBSW(weight[pair], h, h)
		if pair == 0 {
			low, high = l, h
			continue
		}
		VPADDW(l, low, low)
		VPADDW(h, high, high)
	}
	VPSRLW(shift, low, low)
	VPSRLW(shift, high, high)
	for j, half := range []reg.VecVirtual{low, high} {
		at := Mem{Base: sums, Index: row, Scale: 2, Disp: 32 * j}
		VPADDW(at, half, half)
		VMOVDQU(half, at)
	}
	ADDQ(U8(32), row)
	DECQ(lanes)
	JNZ(LabelRef(name + "Rows"))
	VZEROUPPER()
	RET()
}

// choose writes the selection of rows. A sum reaches a threshold where the threshold
// less the sum, with saturation, is 0.
func choose() {
	const name = "selectAVX2"
	TEXT(name, NOSPLIT, "func(masks *uint32, sums *uint16, levels *uint8, clear, open, most, count uint64)")
	Pragma("noescape")
	Doc(name + " selects of count times 32 rows those of level 0 whose sum is at least clear, and those of levels up to most whose sum is at least open.")
	masks := Load(Param("masks"), GP64())
	sums := Load(Param("sums"), GP64())
	levels := Load(Param("levels"), GP64())
	least := make([]reg.VecVirtual, 2)
	for i, p := range []string{"clear", "open"} {
		v, x := Load(Param(p), GP64()), XMM()
		MOVQ(v, x)
		least[i] = YMM()
		VPBROADCASTW(x, least[i])
	}
	v, x, most := Load(Param("most"), GP64()), XMM(), YMM()
	MOVQ(v, x)
	VPBROADCASTB(x, most)
	count := Load(Param("count"), GP64())
	zero := YMM()
	VPXOR(zero, zero, zero)
	Label(name + "Rows")
	low, high, level := YMM(), YMM(), YMM()
	VMOVDQU(Mem{Base: sums}, low)
	VMOVDQU(Mem{Base: sums, Disp: 32}, high)
	VMOVDQU(Mem{Base: levels}, level)
	reached := make([]reg.VecVirtual, 2)
	for i := range reached {
		l, h := YMM(), YMM()
		VPSUBUSW(low, least[i], l)
		VPSUBUSW(high, least[i], h)
		VPCMPEQW(zero, l, l)
		VPCMPEQW(zero, h, h)
		VPACKSSWB(h, l, l)
		reached[i] = l
	}
	clear, within := YMM(), YMM()
	VPCMPEQB(zero, level, clear)
	VPMINUB(level, most, within)
	VPCMPEQB(level, within, within)
	chosen := YMM()
	VPBLENDVB(clear, reached[0], reached[1], chosen)
	VPAND(within, chosen, chosen)
	mask := GP32()
	VPMOVMSKB(chosen, mask)
	MOVL(mask, Mem{Base: masks})
	ADDQ(U8(64), sums)
	ADDQ(U8(32), levels)
	ADDQ(U8(4), masks)
	DECQ(count)
	JNZ(LabelRef(name + "Rows"))
	VZEROUPPER()
	RET()
}
