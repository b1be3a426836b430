package exact

// Point is where a curve bends: at X it has the value Y, in hundredths of a
// percent.
type Point struct {
	X int64
	Y int32
}

// Curve is linear between its points, which ascend in X, and flat outside.
type Curve []Point

// At returns the curve's value at num/den, as a share of one; den is above 0.
func (c Curve) At(num, den Int) Ratio {
	first, last := c[0], c[len(c)-1]
	if num.Cmp(den.Times(first.X)) <= 0 {
		return NewRatio(int64(first.Y), Full)
	}
	for i, right := range c[1:] {
		if num.Cmp(den.Times(right.X)) > 0 {
			continue
		}
		left := c[i]
		width := den.Times(right.X - left.X)
		rise := num.Sub(den.Times(left.X)).Times(int64(right.Y - left.Y))
		return Ratio{width.Times(int64(left.Y)).Add(rise), width.Times(Full)}
	}
	return NewRatio(int64(last.Y), Full)
}

// Step returns the value at a whole x as a multiple of 1/(Full×Grid).
func (c Curve) Step(x int64) int64 {
	first, last := c[0], c[len(c)-1]
	if x <= first.X {
		return int64(first.Y) * c.Grid()
	}
	for i, right := range c[1:] {
		if x > right.X {
			continue
		}
		left, grid := c[i], c.Grid()
		return int64(left.Y)*grid + int64(right.Y-left.Y)*(x-left.X)*(grid/(right.X-left.X))
	}
	return int64(last.Y) * c.Grid()
}

// Grid is the least common multiple of the widths between the points: at whole
// x the value is a multiple of 1/(Full×Grid).
func (c Curve) Grid() int64 {
	grid := int64(1)
	for i, right := range c[1:] {
		width := right.X - c[i].X
		grid *= width / gcd(grid, width)
	}
	return grid
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
