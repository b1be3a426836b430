//go:build !amd64

package kernel

// fast are the kernels beside scalar Go; there is none for this processor.
func fast() []*Kernel { return nil }
