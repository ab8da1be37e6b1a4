//go:build race

package cmd_test

// raceFlag makes go build use the race detector, as these tests do.
const raceFlag = "-race"
