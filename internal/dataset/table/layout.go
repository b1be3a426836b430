package table

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/dataset"
)

// layout is the table of a kind.
type layout struct {
	kind  dataset.Kind
	field protoreflect.FieldDescriptor // of a record
	// names are the columns' names, in the order of an export.
	names []string
	// whole are the columns of the record itself, one for each name; nil where a
	// column is of a canvas's items alone.
	whole []*column
	// blocks are a canvas's; nil for other kinds.
	blocks []*block
	// folded are the numbers of names by how they may be spelt.
	folded map[string]int
}

// block is a list of a canvas whose items have rows of their own.
type block struct {
	name    string
	folded  string // name, as foldName has it
	list    protoreflect.FieldDescriptor
	columns []*column // one for each name of the layout; nil where items have none
}

// nameColumn and blockColumn are the columns by which a canvas's rows belong
// together.
const (
	nameColumn  = "name"
	blockColumn = "block"
)

// layouts are made once, when they are first needed.
var layouts = sync.OnceValue(func() map[dataset.Kind]*layout {
	all := map[dataset.Kind]*layout{}
	record := (&maecenasv1.Record{}).ProtoReflect().Descriptor().Fields()
	for _, kind := range dataset.Kinds() {
		l := &layout{kind: kind, field: record.ByJSONName(kind.String())}
		if kind == dataset.KindCanvas {
			l.canvas()
		} else {
			l.whole = columnsOf(l.field.Message(), nothing)
			for _, c := range l.whole {
				l.names = append(l.names, c.name)
			}
		}
		l.folded = map[string]int{}
		for i, name := range l.names {
			l.folded[foldName(name)] = i
		}
		all[kind] = l
	}
	return all
})

// canvas lays out the table of canvases.
func (l *layout) canvas() {
	m := l.field.Message()
	whole := columnsOf(m, isBlock)
	for _, c := range whole {
		l.names = append(l.names, c.name)
		if c.name == nameColumn {
			l.names = append(l.names, blockColumn)
		}
	}
	var items [][]*column
	fields := m.Fields()
	for i := range fields.Len() {
		if f := fields.Get(i); isBlock(f) {
			columns := columnsOf(f.Message(), nothing)
			l.blocks, items = append(l.blocks, &block{name: f.JSONName(), folded: foldName(f.JSONName()), list: f}), append(items, columns)
			for _, c := range columns {
				if !slices.Contains(l.names, c.name) {
					l.names = append(l.names, c.name)
				}
			}
		}
	}
	l.whole = spread(l.names, whole)
	for i, b := range l.blocks {
		b.columns = spread(l.names, items[i])
	}
}

// isBlock tells the lists of a canvas whose items have rows.
func isBlock(f protoreflect.FieldDescriptor) bool {
	return f.IsList() && f.Message() != nil && f.Name() != "external_ids"
}

// spread puts each column where its name is among names.
func spread(names []string, columns []*column) []*column {
	row := make([]*column, len(names))
	for _, c := range columns {
		row[slices.Index(names, c.name)] = c
	}
	return row
}

func (l *layout) block(name string) *block {
	folded := foldName(name)
	for _, b := range l.blocks {
		if b.folded == folded {
			return b
		}
	}
	return nil
}

// foldName maps the ways to spell a column's name onto one.
func foldName(name string) string {
	return strings.ToLower(nameSpellings.Replace(name))
}

var nameSpellings = strings.NewReplacer("_", "", " ", "", "-", "")

// layoutOf finds the kind whose table has a header's columns, or why there is
// none that could be told.
func layoutOf(header []string) (*layout, string) {
	var best []*layout
	most := 1
	for _, kind := range dataset.Kinds() {
		l, known := layouts()[kind], 0
		for _, name := range header {
			if _, ok := l.folded[foldName(name)]; ok {
				known++
			}
		}
		if known > most {
			best, most = nil, known
		}
		if known == most {
			best = append(best, l)
		}
	}
	switch len(best) {
	case 1:
		return best[0], ""
	case 0:
		return nil, "this row names no column of any table: the first row names the columns, such as name or displayName"
	default:
		var kinds []string
		for _, l := range best {
			kinds = append(kinds, l.kind.Plural())
		}
		return nil, "these columns could be those of " + strings.Join(kinds, " or ") + ": say which kind it is"
	}
}

// order returns the numbers of the layout's columns that a header names, -1 for
// none, and what is wrong with the header.
func (l *layout) order(header []string) (order []int, faults []fault) {
	seen := map[int]bool{}
	for i, name := range header {
		at, ok := l.folded[foldName(name)]
		switch {
		case name == "":
			at = -1
		case !ok:
			faults = append(faults, fault{name, fmt.Sprintf("is no column of %s%s", l.kind.Plural(), l.hint(name))})
		case seen[at]:
			faults = append(faults, fault{name, fmt.Sprintf("stands over column %d too", slices.Index(order, at)+1)})
		}
		seen[at] = at >= 0
		order = append(order[:i:i], at)
	}
	return order, faults
}

// hint names columns that end as a name does.
func (l *layout) hint(name string) string {
	folded := foldName(name)
	for _, known := range l.names {
		short := known[strings.LastIndexByte(known, '.')+1:]
		if foldName(short) == folded || strings.HasPrefix(foldName(known), folded+".") {
			return ": did you mean " + known + "?"
		}
	}
	return ""
}
