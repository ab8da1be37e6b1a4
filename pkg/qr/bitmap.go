package qr

import (
	"bytes"
	"image"
)

// shade says how a pixel compares with a grey that lies between dark and light modules.
type shade uint8

const (
	neither shade = iota
	darker
	lighter
)

// bitmap has the shades of an image's pixels.
type bitmap struct {
	width, height int
	shades        []shade
	ink           shade // of the dark modules, which a page may show in a light colour
}

// newBitmap compares the pixels of each row with those of another.
func newBitmap(g *image.Gray, between func(y int) []uint8) bitmap {
	const least = 6 // difference; a page may fade a code
	size := g.Rect.Size()
	b := bitmap{width: size.X, height: size.Y, shades: make([]shade, size.X*size.Y)}
	for y := range size.Y {
		shades, row := b.shades[y*size.X:], between(y)
		for x, grey := range g.Pix[y*g.Stride : y*g.Stride+size.X] {
			switch difference := int(grey) - int(row[x]); {
			case difference < -least:
				shades[x] = darker
			case difference > least:
				shades[x] = lighter
			}
		}
	}
	return b
}

// halfway returns rows of the grey halfway between the darkest and the lightest one of the
// image.
func halfway(g *image.Gray) func(y int) []uint8 {
	darkest, lightest := uint8(255), uint8(0)
	for _, grey := range g.Pix {
		darkest, lightest = min(darkest, grey), max(lightest, grey)
	}
	row := bytes.Repeat([]byte{uint8((int(darkest) + int(lightest)) / 2)}, g.Rect.Dx())
	return func(int) []uint8 { return row }
}

// averages returns rows of the average grey around each pixel.
func averages(g *image.Gray) func(y int) []uint8 {
	const reach = 20 // pixels to each side; together they are wider than the middle of a corner
	size, sums := g.Rect.Size(), sumsOf(g)
	row := make([]uint8, size.X)
	return func(y int) []uint8 {
		top, bottom := max(0, y-reach), min(size.Y, y+reach+1)
		upper, lower := sums[top*(size.X+1):], sums[bottom*(size.X+1):]
		for x := range row {
			left, right := max(0, x-reach), min(size.X, x+reach+1)
			sum := lower[right] - lower[left] - upper[right] + upper[left]
			row[x] = uint8(sum / uint32((right-left)*(bottom-top)))
		}
		return row
	}
}

// sumsOf returns, for each x and y, the sum of the pixels above y and left of x. Differences
// of two are right even if the sums of a large image overflow.
func sumsOf(g *image.Gray) []uint32 {
	size := g.Rect.Size()
	stride := size.X + 1
	sums := make([]uint32, stride*(size.Y+1))
	for y := range size.Y {
		above, below := sums[y*stride+1:], sums[(y+1)*stride+1:]
		row := uint32(0)
		for x, grey := range g.Pix[y*g.Stride : y*g.Stride+size.X] {
			row += uint32(grey)
			below[x] = above[x] + row
		}
	}
	return sums
}

// dark reports whether a pixel belongs to a dark module. Those outside the image do not.
func (b bitmap) dark(x, y int) bool {
	return x >= 0 && x < b.width && y >= 0 && y < b.height && b.shades[y*b.width+x] == b.ink
}
