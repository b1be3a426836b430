//go:build !race

package boltstore_test

// checksPointers is true where the race detector, and checkptr with it, are built in.
const checksPointers = false
