//go:build !race

package kit_test

// changeStep has every byte of a manifest changed.
const changeStep = 1
