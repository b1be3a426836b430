// Package attest has the use cases of accredited verifiers: what they find true of
// an organization, and that an investor is who it says.
//
// An attestation holds while the content is word for word what was attested and its
// last day has not passed. Whether it holds is stored with it: every write of the
// content settles that again ([Renew]), and so does the turn of the day ([Expire]);
// assessments, rankings and what they explain so always rest on the same facts.
package attest
