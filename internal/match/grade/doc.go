// Package grade holds the values of the match's terms: pure functions from the
// compiled facts of both sides to an interval of hundredths of a percent, exact
// and rounded half up.
//
// Values stand on fixed scales. None looks at the candidates of a ranking, so
// adding a candidate never reorders the others. An unset fact makes an interval
// of the least and the most over what it could be; stating it can only narrow
// the interval.
package grade
