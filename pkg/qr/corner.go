package qr

import (
	"math"
	"slices"
)

// corner is one of the three squares in the corners of a code, which the standard calls
// finder patterns.
type corner struct {
	x, y   float64 // of the centre
	module float64 // width of a module along a row or a column of pixels
}

// mostCorners bounds the work for a page that shows many such squares.
const mostCorners = 200

// corners returns what may be corners of a code.
func (b bitmap) corners() []corner {
	var found []corner
	for y := range b.height {
		var runs [5]int // the last lengths of equal pixels
		row := b.shades[y*b.width : (y+1)*b.width]
		for x := 0; x < len(row) && len(found) < mostCorners; {
			start, dark := x, row[x] == b.ink
			for x < len(row) && (row[x] == b.ink) == dark {
				x++
			}
			copy(runs[:], runs[1:])
			runs[4] = x - start
			if !dark || !isCorner(runs) {
				continue
			}
			middle := x - runs[4] - runs[3] - (runs[2]+1)/2
			if c, is := b.cornerAt(middle, y); is && !slices.ContainsFunc(found, c.overlaps) {
				found = append(found, c)
			}
		}
	}
	return found
}

// isCorner reports whether the lengths are those of the dark and light parts of a line
// through the centre of a corner: 1, 1, 3, 1 and 1 modules.
func isCorner(runs [5]int) bool {
	module := moduleOf(runs)
	for i, modules := range [...]float64{1, 1, 3, 1, 1} {
		if math.Abs(float64(runs[i])-modules*module) > modules*module/2 {
			return false
		}
	}
	return module >= 1
}

// moduleOf returns the width of a module in a corner.
func moduleOf(runs [5]int) float64 {
	return float64(runs[0]+runs[1]+runs[2]+runs[3]+runs[4]) / 7
}

// cornerAt returns the corner whose dark middle contains a pixel.
func (b bitmap) cornerAt(x, y int) (corner, bool) {
	c := corner{x: float64(x) + 0.5, y: float64(y) + 0.5}
	var across, down float64
	for range 2 { // the second cuts go through the centre
		far, module, is := b.cut(int(c.x), int(c.y), 0, 1)
		if !is {
			return c, false
		}
		c.y, down = math.Floor(c.y)+0.5+far, module
		if far, module, is = b.cut(int(c.x), int(c.y), 1, 0); !is {
			return c, false
		}
		c.x, across = math.Floor(c.x)+0.5+far, module
	}
	c.module = (across + down) / 2
	return c, math.Abs(across-down) < c.module/2
}

// cut looks in both directions from a pixel in the dark middle of a corner. It returns how
// far the centre is, and the width of a module. is reports whether there is a corner.
func (b bitmap) cut(x, y, dx, dy int) (far, module float64, is bool) {
	ahead, behind := b.runs(x, y, dx, dy), b.runs(x, y, -dx, -dy)
	runs := [5]int{behind[2], behind[1], behind[0] + ahead[0] - 1, ahead[1], ahead[2]}
	return float64(ahead[0]-behind[0]) / 2, moduleOf(runs), isCorner(runs)
}

// runs returns how many pixels from the given one on are dark, then light, then dark.
func (b bitmap) runs(x, y, dx, dy int) (lengths [3]int) {
	for i := range lengths {
		for x >= 0 && x < b.width && y >= 0 && y < b.height && b.dark(x, y) == (i != 1) {
			lengths[i]++
			x, y = x+dx, y+dy
		}
	}
	return lengths
}

func (c corner) distance(d corner) float64 { return math.Hypot(c.x-d.x, c.y-d.y) }

// overlaps reports whether two corners share a place.
func (c corner) overlaps(d corner) bool { return c.distance(d) < 3*max(c.module, d.module) }

// fits reports whether two corners can belong to one code: they are of the same size, and as
// far from each other as in a code.
func (c corner) fits(d corner) bool {
	module, distance := max(c.module, d.module), c.distance(d)
	return module < 1.5*min(c.module, d.module) && distance > (smallest-7)*module/2 && distance < 2*(largest-7)*module
}
