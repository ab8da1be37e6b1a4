//go:build !race

package cmd_test

// raceFlag makes go build leave the race detector out, as these tests do. Without cgo the
// program is the one that make build makes.
const (
	raceFlag = "-race=false"
	cgo      = "CGO_ENABLED=0"
)
