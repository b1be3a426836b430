// Package archtest holds the tests of what no compiler checks: which package may
// import which, the size and shape of the code, the rules that every method and
// field of the schema keeps, and that copies of other projects' files are true
// copies. It has no code of its own.
package archtest
