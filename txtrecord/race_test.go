//go:build race

package txtrecord_test

// changeStep samples the values that change_test.go tries: the race
// detector makes each of them several times as slow.
const changeStep = 7
