//go:build race

package cmd_test

// raceFlag makes go build use the race detector, as these tests do. It needs cgo.
const (
	raceFlag = "-race"
	cgo      = "CGO_ENABLED=1"
)
