// Package privacy is what people have a right to: consent that they give and
// withdraw, a copy of everything about them, and to be forgotten; and how long what
// has ended is kept.
//
// A copy ([Privacy.Export]) is read through the eyes of its subject, whoever asks
// for it: it holds nothing that the subject's own people could not read. An erasure
// ([Privacy.Erase]) is of package erase; here is who may ask for it, and in which
// order ledger, store and file lose the subject. [Privacy.Sweep] lets go what has
// ended long ago.
package privacy
