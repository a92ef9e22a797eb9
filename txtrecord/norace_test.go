//go:build !race

package txtrecord_test

const changeStep = 1
