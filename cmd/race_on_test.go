//go:build race

package cmd_test

// raceFlag builds the program as the tests were built.
const raceFlag = "-race"
