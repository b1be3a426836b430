package table

import (
	"fmt"
	"slices"

	"github.com/maecenas-cci/maecenas/internal/dataset"
)

// maxCanvasRows is how many rows a canvas has at most: more than the items that
// the schema lets it have.
const maxCanvasRows = 1000

// canvasReader puts canvases together of their rows.
type canvasReader struct {
	// seen are the canvases that were read, with the line of their first row.
	seen map[string]int
	// rows is the number of rows of the one that is being read; 0: none is.
	rows int
	line int // of its first row
	name string
	// whole are the cells of the canvas itself.
	whole []string
	items []item
	// rejected are its faults, each with its line.
	rejected []rejected
}

// item is a row of a block.
type item struct {
	line  int
	block *block
	cells []string
}

type rejected struct {
	line int
	fault
}

// take takes a row of a canvas; cells is nil where it could not be read. It
// returns whether to go on.
func (c *canvasReader) take(t *reader, line int, cells []string, faults []fault) bool {
	nameAt := slices.Index(t.layout.names, nameColumn)
	if cells != nil && cells[nameAt] != "" && (c.rows == 0 || cells[nameAt] != c.name) || c.rows == 0 {
		if !c.end(t) {
			return false
		}
		c.begin(line, cells, nameAt)
	}
	c.rows++
	for _, f := range faults {
		c.rejected = append(c.rejected, rejected{line, f})
	}
	switch {
	case c.rows > maxCanvasRows:
		if c.rows == maxCanvasRows+1 {
			c.reject(line, "", fmt.Sprintf("the canvas has more than %d rows", maxCanvasRows))
		}
	case cells != nil:
		c.row(t.layout, line, cells)
	}
	return true
}

func (c *canvasReader) begin(line int, cells []string, nameAt int) {
	*c = canvasReader{seen: c.seen, line: line}
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	if cells == nil {
		return
	}
	c.name, c.whole = cells[nameAt], make([]string, len(cells))
	if before := c.seen[c.name]; before > 0 {
		c.reject(line, nameColumn, fmt.Sprintf("has rows from line %d on already: the rows of a canvas stand together", before))
		return
	}
	c.seen[c.name] = line
}

func (c *canvasReader) reject(line int, field, reason string) {
	c.rejected = append(c.rejected, rejected{line, fault{field, reason}})
}

// row takes the cells of one row.
func (c *canvasReader) row(l *layout, line int, cells []string) {
	if c.whole == nil {
		c.whole = make([]string, len(cells))
	}
	blockName := cells[slices.Index(l.names, blockColumn)]
	b := l.block(blockName)
	if blockName != "" && b == nil {
		c.reject(line, blockColumn, "must be empty or one of "+blockNames(l))
		return
	}
	for i, cell := range cells {
		name := l.names[i]
		switch {
		case cell == "" || name == blockColumn || b != nil && b.columns[i] != nil:
		case l.whole[i] == nil && b == nil:
			c.reject(line, name, "belongs to an item: name its block")
		case l.whole[i] == nil:
			c.reject(line, name, "is nothing that "+b.name+" have")
		case c.whole[i] == "":
			c.whole[i] = cell
		case c.whole[i] != cell:
			c.reject(line, name, "differs from what the canvas has in another row")
		}
	}
	if b != nil {
		c.items = append(c.items, item{line, b, cells})
	}
}

func blockNames(l *layout) string {
	var names string
	for i, b := range l.blocks {
		if i > 0 {
			names += ", "
		}
		names += b.name
	}
	return names
}

// end makes the canvas of its rows and returns whether to go on.
func (c *canvasReader) end(t *reader) bool {
	if c.rows == 0 {
		return true
	}
	record, message := t.layout.record()
	for _, f := range fill(message, t.layout.whole, c.whole) {
		c.rejected = append(c.rejected, rejected{c.line, f})
	}
	row := dataset.Row{Line: c.line, Record: record}
	for _, item := range c.items {
		list := message.Mutable(item.block.list).List()
		path := indexed(item.block.name, list.Len())
		row.Parts = append(row.Parts, dataset.Part{Field: t.layout.kind.String() + "." + path, Line: item.line})
		one := list.NewElement()
		for _, f := range fill(one.Message(), item.block.columns, item.cells) {
			c.reject(item.line, path+"."+f.field, f.reason)
		}
		list.Append(one)
	}
	c.rows = 0
	if len(c.rejected) == 0 {
		return t.yield(row, nil)
	}
	for _, r := range c.rejected[:min(maxFaults, len(c.rejected))] {
		if !t.reject(r.line, []fault{r.fault}) {
			return false
		}
	}
	return true
}

func indexed(name string, n int) string { return fmt.Sprintf("%s[%d]", name, n) }
