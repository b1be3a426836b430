package benchmark

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// row is one row of a table, by its column's name.
type row struct {
	columns map[string]int
	cells   []string
	// missing collects columns that were asked for and are not there.
	missing *string
}

// text returns a cell.
func (r row) text(column string) string {
	i, ok := r.columns[column]
	if !ok {
		*r.missing = column
		return ""
	}
	return r.cells[i]
}

// known returns a cell, "" where the table says that it is not known.
func (r row) known(column string) string {
	if s := r.text(column); s != "?" {
		return s
	}
	return ""
}

// amount returns an amount in whole dollars; nil where it is 0 or not known.
func (r row) amount(column string) (*int64, error) {
	s := r.known(column)
	if s == "" {
		return nil, nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 {
		return nil, fmt.Errorf("%s: %q is not an amount", column, s)
	}
	if v == 0 {
		return nil, nil
	}
	return &v, nil
}

// rows reads a table with a header and makes a value of each row.
func rows[T any](path string, each func(row) (T, error)) (list []T, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	in := csv.NewReader(file)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	r := row{columns: make(map[string]int, len(header)), missing: new(string)}
	for i, name := range header {
		r.columns[name] = i
	}
	for {
		r.cells, err = in.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		value, err := each(r)
		line, _ := in.FieldPos(0)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", filepath.Base(path), line, err)
		}
		if *r.missing != "" {
			return nil, fmt.Errorf("%s: no column %s", filepath.Base(path), *r.missing)
		}
		list = append(list, value)
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
