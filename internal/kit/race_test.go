//go:build race

package kit_test

// changeStep samples the bytes of a manifest that are changed: the race detector makes
// each of them many times as slow.
const changeStep = 11
