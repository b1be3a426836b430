// Package introduction has what lies between the two sides: introductions, the
// private marks of each side, and whom to talk to.
//
// An introduction is of one need and one mandate, and there is one of each pair: its
// id is made of their uids. Which side may take which step in which state is data
// ([Steps]). From MUTUAL on, until a side ends it, each side sees of the other what is
// shown on introduction, contacts included; auth.Sight decides that by the directory,
// which knows of every introduction that is committed.
package introduction
