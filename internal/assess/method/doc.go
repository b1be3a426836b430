// Package method is the rubric as data: weights, value functions and rules of the
// fourteen dimensions, with their sources, as assessments are worked out by them and as
// they are published. What is published is made of what is worked with, so that nobody
// who recomputes a figure from the published rubric has other numbers than the server;
// a script in another language does so in a test.
//
// All of it is this project's own proposal, versioned, no standard.
package method

// Version is the version of weights, value functions and rules. It changes whenever
// any figure of any input would.
const Version = "1"
