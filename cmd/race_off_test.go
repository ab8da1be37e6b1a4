//go:build !race

package cmd_test

// raceFlag makes go build leave the race detector out, as these tests do.
const raceFlag = "-race=false"
