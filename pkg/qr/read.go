package qr

import (
	"errors"
	"image"
	"image/color"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"
)

// ErrNone means that an image has no readable QR code.
var ErrNone = errors.New("no QR code in the image")

// Found is a QR code read from an image. Text may be empty and is not to be trusted:
// anybody can draw a QR code.
type Found struct {
	Text string
	At   image.Rectangle // bounds of the centres of the finder patterns
	// Contrast is the difference between dark and light, at most 255. It drops if the page
	// fades a code that is no longer valid.
	Contrast int
}

// Read returns the largest QR code in an image such as a screenshot. The code may be dark
// on light or light on dark, of any size, slightly rotated, or have a logo in its middle.
// The error is [ErrNone].
func Read(picture image.Image) (Found, error) {
	grey := greyOf(picture)
	// The first attempt usually succeeds. Fine detail, and shapes that resemble a corner of
	// a code, mislead the reader. A smaller image, or a part of it, has less of them and is
	// faster.
	half := halved(grey)
	for _, g := range []*image.Gray{half, grey, halved(half)} {
		if found, ok := readIn(g); ok {
			return scaled(found, grey.Rect.Dx()/g.Rect.Dx()), nil
		}
	}
	best := Found{}
	for _, part := range parts(half.Rect) {
		if found, ok := readIn(half.SubImage(part).(*image.Gray)); ok && larger(found, best) {
			best = found
		}
	}
	if best.At.Empty() {
		return Found{}, ErrNone
	}
	return scaled(best, 2), nil
}

// greyOf converts an image to grey, on white where it is transparent. The result starts
// at 0,0.
func greyOf(picture image.Image) *image.Gray {
	b := picture.Bounds()
	grey := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	if rgba, ok := picture.(*image.RGBA); ok { // the type of screenshots; package draw takes ten times as long
		for y := range b.Dy() {
			from := rgba.Pix[rgba.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range b.Dx() {
				c := from[4*x : 4*x+4]
				grey.Pix[y*grey.Stride+x] = uint8((int(c[0])+2*int(c[1])+int(c[2]))/4) + 255 - c[3]
			}
		}
		return grey
	}
	draw.Draw(grey, grey.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(grey, grey.Rect, picture, b.Min, draw.Over)
	return grey
}

// halved returns the image at half its size.
func halved(g *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx()/2, g.Rect.Dy()/2))
	for y := range out.Rect.Dy() {
		upper, lower := g.Pix[2*y*g.Stride:], g.Pix[(2*y+1)*g.Stride:]
		for x := range out.Rect.Dx() {
			sum := int(upper[2*x]) + int(upper[2*x+1]) + int(lower[2*x]) + int(lower[2*x+1])
			out.Pix[y*out.Stride+x] = uint8(sum / 4)
		}
	}
	return out
}

// parts returns nine overlapping windows of half the width and height.
func parts(r image.Rectangle) []image.Rectangle {
	size := image.Pt(r.Dx()/2, r.Dy()/2)
	var out []image.Rectangle
	for y := range 3 {
		for x := range 3 {
			at := image.Pt(x*size.X/2, y*size.Y/2)
			out = append(out, image.Rectangle{at, at.Add(size)})
		}
	}
	return out
}

// readIn returns the largest code found in one pass over g, in the coordinates of g.
func readIn(g *image.Gray) (Found, bool) {
	size := g.Rect.Size()
	const smallest = 21 // modules
	if size.X < smallest || size.Y < smallest {
		return Found{}, false
	}
	light, err := gozxing.NewPlanarYUVLuminanceSource(g.Pix, g.Stride, size.Y, 0, 0, size.X, size.Y, false)
	if err != nil {
		return Found{}, false
	}
	best := Found{}
	for _, source := range []gozxing.LuminanceSource{light, light.Invert()} {
		for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
			bitmap, err := gozxing.NewBinaryBitmap(binarizer)
			if err != nil {
				continue
			}
			results, _ := multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
			for _, result := range results {
				at, contrast := measure(g, result.GetResultPoints())
				if found := (Found{result.GetText(), at.Add(g.Rect.Min), contrast}); larger(found, best) {
					best = found
				}
			}
			if !best.At.Empty() {
				return best, true
			}
		}
	}
	return Found{}, false
}

// measure returns the bounds of the points, and the contrast inside them: the difference
// from the points that a quarter of the pixels reach. The points are the centres of solid
// squares, and at least a quarter of a code has the opposite colour, even with a logo on
// it.
func measure(g *image.Gray, points []gozxing.ResultPoint) (image.Rectangle, int) {
	var r image.Rectangle
	middle := 0
	for _, p := range points {
		at := image.Pt(int(p.GetX()), int(p.GetY()))
		r = r.Union(image.Rectangle{at, at.Add(image.Pt(1, 1))})
		middle += int(g.Pix[at.Y*g.Stride+at.X])
	}
	middle /= max(1, len(points))
	var apart [256]int // number of pixels by their distance from middle
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, grey := range g.Pix[y*g.Stride+r.Min.X : y*g.Stride+r.Max.X] {
			apart[max(int(grey)-middle, middle-int(grey))]++
		}
	}
	contrast, more := 255, r.Dx()*r.Dy()/4
	for ; contrast > 0 && more > apart[contrast]; contrast-- {
		more -= apart[contrast]
	}
	return r, contrast
}

func larger(a, b Found) bool { return a.At.Dx()*a.At.Dy() > b.At.Dx()*b.At.Dy() }

func scaled(f Found, by int) Found {
	f.At.Min, f.At.Max = f.At.Min.Mul(by), f.At.Max.Mul(by)
	return f
}
