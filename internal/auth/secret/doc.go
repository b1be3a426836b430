// Package secret makes, reads and compares what proves who a caller is: API
// keys, the tokens of sessions and of one-time links, and passwords.
//
// It keeps nothing and knows no store. Chance is passed in. What is kept of a
// secret is a hash: SHA-256 for keys and tokens, which hold at least 200 random
// bits, so that nobody can try them all however fast the hash is; argon2id for
// passwords, which people choose.
//
// The types here print as stars, in every verb of fmt, in JSON and in a log:
// only [Key.Reveal] and [Token.Reveal] give the text away.
package secret
