// Package rpc speaks the schema's services: it reads requests, calls the use
// cases of app and writes their answers. Rules of a single request (page sizes,
// page tokens, the schema's rules of request messages) are checked here; rules
// of records are app's.
package rpc
