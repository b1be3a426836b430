package filter

import (
	"slices"
	"strings"

	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
)

// compile makes the node of e, which stands where a filter may.
func (c *compiler) compile(e *expr.Expr) (*node, error) {
	call := e.GetCallExpr()
	if call == nil {
		return c.word(e)
	}
	return c.call(e, func(op string) (*node, error) {
		return c.comparison(e, op, call.GetArgs()[0], call.GetArgs()[1])
	}, c.compile)
}

// call makes the node of a call: of AND, OR and NOT with inner for what is
// joined, of operators with compare.
func (c *compiler) call(e *expr.Expr, compare func(op string) (*node, error), inner func(*expr.Expr) (*node, error)) (*node, error) {
	n := &node{}
	switch op := e.GetCallExpr().GetFunction(); op {
	case filtering.FunctionAnd, filtering.FunctionFuzzyAnd:
		n.op = opAnd
	case filtering.FunctionOr:
		n.op = opOr
	case filtering.FunctionNot:
		n.op = opNot
	default:
		return compare(op)
	}
	for _, arg := range e.GetCallExpr().GetArgs() {
		kid, err := inner(arg)
		if err != nil {
			return nil, err
		}
		if kid.op == n.op && n.op != opNot {
			n.kids = append(n.kids, kid.kids...) // a chain is one node
			continue
		}
		n.kids = append(n.kids, kid)
	}
	return n, nil
}

// comparison makes the node of left op right.
func (c *compiler) comparison(e *expr.Expr, op string, left, right *expr.Expr) (*node, error) {
	parts := segments(left)
	if parts == nil {
		return nil, c.faultf(left, "a comparison begins with a field")
	}
	f, key, err := c.schema.lookup(parts)
	if err != nil {
		return nil, c.faultf(left, "%s", err)
	}
	if op == filtering.FunctionNotEquals {
		equal, err := c.operand(e, f, key, filtering.FunctionEquals, right, false)
		return &node{op: opNot, kids: []*node{equal}}, err
	}
	return c.operand(e, f, key, op, right, true)
}

// operand makes the node that compares f with right, which may be a group.
func (c *compiler) operand(e *expr.Expr, f *field, key, op string, right *expr.Expr, group bool) (*node, error) {
	if right.GetCallExpr() != nil {
		if op != filtering.FunctionEquals && op != filtering.FunctionHas || !group {
			return nil, c.faultf(right, "a group of values stands after = or : alone")
		}
		return c.call(right, func(string) (*node, error) {
			return nil, c.faultf(right, "a comparison within a value")
		}, func(inner *expr.Expr) (*node, error) {
			return c.operand(e, f, key, op, inner, group)
		})
	}
	lit, err := c.literal(right)
	if err != nil {
		return nil, err
	}
	t := &term{field: f, key: key}
	if err := t.setTest(op, lit); err != nil {
		return nil, c.faultf(right, "%s: %s", f.path, err)
	}
	return c.leaf(e, t)
}

// word makes the node of a bare word: a search.
func (c *compiler) word(e *expr.Expr) (*node, error) {
	if parts := segments(e); len(parts) > 0 {
		if f, _, err := c.schema.lookup(parts); err == nil {
			return nil, c.faultf(e, "%s is a field; compare it, ask %s:* whether it is set, or put it in quotes to search for it", f.path, f.path)
		}
		if word := strings.ToUpper(parts[0]); slices.Contains([]string{"AND", "OR", "NOT"}, word) {
			return nil, c.faultf(e, "write %s in capitals, or in quotes to search for it", word)
		}
	}
	lit, err := c.literal(e)
	if err != nil {
		return nil, err
	}
	if len(c.schema.search) == 0 {
		return nil, c.faultf(e, "%s stands alone; there is no search by words here, only comparisons such as FIELD = VALUE", quote(lit.text))
	}
	if lit.number {
		return nil, c.faultf(e, "a number to search for stands in quotes")
	}
	if strings.Trim(lit.text, "*") == "" {
		return nil, c.faultf(e, "there is nothing to search for")
	}
	n := &node{op: opFound}
	for _, f := range c.schema.search {
		kid, err := c.leaf(e, &term{field: f, test: contains(lit.text)})
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
	}
	return n, nil
}

// leaf makes the node of t and counts it.
func (c *compiler) leaf(e *expr.Expr, t *term) (*node, error) {
	if c.terms++; c.terms > MaxTerms {
		return nil, c.faultf(e, "more than %d comparisons, counting a word once for each text it is searched in", MaxTerms)
	}
	return &node{op: opTerm, term: t}, nil
}

// segments returns the parts of a name with dots; nil for all else.
func segments(e *expr.Expr) []string {
	if name := e.GetIdentExpr().GetName(); name != "" {
		return []string{name}
	}
	if selected := e.GetSelectExpr(); selected != nil {
		if parts := segments(selected.GetOperand()); parts != nil {
			return append(parts, selected.GetField())
		}
	}
	return nil
}

// literal is a value as written.
type literal struct {
	text   string // unless number
	number bool
	value  int64
}

func (c *compiler) literal(e *expr.Expr) (literal, error) {
	if parts := segments(e); parts != nil {
		return literal{text: strings.Join(parts, ".")}, nil
	}
	switch constant := e.GetConstExpr().GetConstantKind().(type) {
	case *expr.Constant_StringValue:
		return literal{text: constant.StringValue}, nil
	case *expr.Constant_Int64Value:
		return literal{number: true, value: constant.Int64Value}, nil
	case *expr.Constant_DoubleValue:
		return literal{}, c.faultf(e, "numbers are whole; text such as a code with a dot stands in quotes")
	default:
		return literal{}, c.faultf(e, "a value is missing")
	}
}

// has tells whether op asks for an element, a key or a part.
func has(op string) bool { return op == filtering.FunctionHas }

// equality tells whether op asks for nothing but the same value.
func equality(op string) bool { return op == filtering.FunctionEquals || has(op) }

// holds tells whether op is true of two values that compare as c.
func holds(op string, c int) bool {
	switch op {
	case filtering.FunctionLessThan:
		return c < 0
	case filtering.FunctionLessEquals:
		return c <= 0
	case filtering.FunctionGreaterThan:
		return c > 0
	case filtering.FunctionGreaterEquals:
		return c >= 0
	default: // equality
		return c == 0
	}
}
