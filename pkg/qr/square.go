package qr

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// square is a code, given by three of its corners. They say where all modules are, because a
// screenshot has no perspective.
type square struct{ middle, right, below corner }

// mostSquares bounds the work for a page that shows many corners.
const mostSquares = 50

// squares returns the groups of three corners that can belong to one code, the largest first.
func squares(corners []corner) []square {
	var found []square
	for _, middle := range corners {
		for _, right := range corners {
			if !middle.fits(right) {
				continue
			}
			for _, below := range corners {
				if s := (square{middle, right, below}); middle.fits(below) && s.isSquare() {
					found = append(found, s)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b square) int { return cmp.Compare(b.side(), a.side()) })
	return found[:min(len(found), mostSquares)]
}

// isSquare reports whether the right corner and the one below are equally far from the
// middle one, at a right angle, in the order of a clock.
func (s square) isSquare() bool {
	ax, ay, bx, by := s.right.x-s.middle.x, s.right.y-s.middle.y, s.below.x-s.middle.x, s.below.y-s.middle.y
	a, b := math.Hypot(ax, ay), math.Hypot(bx, by)
	return math.Abs(a-b) < a/8 && ax*by-ay*bx > 0 && math.Abs(ax*bx+ay*by) < a*b/8
}

// side is the distance between the centres of two corners.
func (s square) side() float64 { return s.middle.distance(s.right) }

// centres returns the centres of the corners.
func (s square) centres() []image.Point {
	var centres []image.Point
	for _, c := range []corner{s.middle, s.right, s.below} {
		centres = append(centres, image.Pt(int(c.x), int(c.y)))
	}
	return centres
}

// modules returns the modules of the code in a bitmap, row by row: true for dark ones. It
// returns false if the modules between the corners do not alternate between dark and light,
// as those of the standard's timing patterns do.
func (s square) modules(b bitmap) (best [][]bool, ok bool) {
	most := 0.8 // share of the alternating modules; a mark may cover some
	for size := smallest; size <= largest; size += 4 {
		if near := s.modulesBetween() / float64(size-7); near < 0.8 || near > 1.25 {
			continue
		}
		modules := s.sample(b, size)
		if share := alternating(modules); share > most {
			best, most = modules, share
		}
	}
	return best, best != nil
}

// The numbers of modules to each side of the smallest and the largest code.
const (
	smallest = 21
	largest  = 177
)

// modulesBetween estimates how many modules lie between the centres of two corners.
func (s square) modulesBetween() float64 {
	module := (s.middle.module + s.right.module + s.below.module) / 3
	dx, dy := math.Abs(s.right.x-s.middle.x), math.Abs(s.right.y-s.middle.y)
	return s.side() * s.side() / (module * max(dx, dy)) // a row of pixels cuts the modules at an angle
}

// sample returns size by size modules.
func (s square) sample(b bitmap, size int) [][]bool {
	between := float64(size - 7)
	rightX, rightY := (s.right.x-s.middle.x)/between, (s.right.y-s.middle.y)/between
	belowX, belowY := (s.below.x-s.middle.x)/between, (s.below.y-s.middle.y)/between
	modules := make([][]bool, size)
	for row := range modules {
		modules[row] = make([]bool, size)
		for column := range modules[row] {
			right, below := float64(column-3), float64(row-3) // from the centre of the middle corner
			x, y := s.middle.x+right*rightX+below*belowX, s.middle.y+right*rightY+below*belowY
			modules[row][column] = b.dark(int(math.Floor(x)), int(math.Floor(y)))
		}
	}
	return modules
}

// alternating returns the share of the modules between the corners that are dark if their
// number is even, and light if it is odd.
func alternating(modules [][]bool) float64 {
	right, all := 0, 0
	for i := 8; i < len(modules)-8; i++ {
		for _, dark := range []bool{modules[6][i], modules[i][6]} {
			all++
			if dark == (i%2 == 0) {
				right++
			}
		}
	}
	return float64(right) / float64(all)
}
