package mirror_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	encoder "rsc.io/qr"

	"ssoctl/pkg/mirror"
)

// found is what a reader finds in a picture.
type found struct {
	Text     string
	At       image.Rectangle
	Contrast int
}

// readFunc reads a picture.
type readFunc func(image.Image) (found, error)

// TestReader starts the browser once for all tests of reading.
func TestReader(t *testing.T) {
	b, _ := light(t)
	read, end, err := b.StartReader(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	reads := func(picture image.Image) (f found, err error) {
		var data bytes.Buffer
		if err := png.Encode(&data, picture); err != nil {
			return f, err
		}
		f.Text, f.At, f.Contrast, err = read(t.Context(), data.Bytes())
		return f, err
	}
	for name, test := range map[string]func(*testing.T, readFunc){
		"looks": testLooks, "largest": testLargest, "part": testPart, "Chinese": testChinese, "nothing": testNothing,
	} {
		t.Run(name, func(t *testing.T) { test(t, reads) })
	}
}

// address returns a URL of n bytes.
func address(n int) string {
	const start = "https://sso.example.com/oauth2/authorize?client_id=A1&state=x"
	return start + strings.Repeat("0aZ-", n/4)[:n-len(start)]
}

// look is how a code appears in an image.
type look struct {
	module      float64 // pixels
	degrees     float64 // of rotation
	dark, light color.Color
	logo        bool    // covers the middle fifth
	quiet       float64 // modules
}

var usual = look{module: 4, dark: color.Black, light: color.White, quiet: 4}

// paste draws the QR code of text with its centre at the point, and returns its bounds.
func paste(t testing.TB, to draw.Image, at image.Point, text string, l look) image.Rectangle {
	t.Helper()
	code, err := encoder.Encode(text, encoder.H)
	if err != nil {
		t.Fatal(err)
	}
	side := float64(code.Size) * l.module
	sin, cos := math.Sincos(l.degrees * math.Pi / 180)
	reach := int(side/2+l.quiet*l.module) * 3 / 2
	for y := -reach; y <= reach; y++ {
		for x := -reach; x <= reach; x++ {
			mx := (float64(x)*cos+float64(y)*sin)/l.module + float64(code.Size)/2
			my := (float64(y)*cos-float64(x)*sin)/l.module + float64(code.Size)/2
			if min(mx, my) < -l.quiet || max(mx, my) >= float64(code.Size)+l.quiet {
				continue
			}
			c := l.light
			if code.Black(int(math.Floor(mx)), int(math.Floor(my))) {
				c = l.dark
			}
			if middle := float64(code.Size) / 2; l.logo && max(math.Abs(mx-middle), math.Abs(my-middle)) < middle/5 {
				c = color.RGBA{0x20, 0x80, 0xe0, 0xff}
			}
			to.Set(at.X+x, at.Y+y, c)
		}
	}
	half := image.Pt(int(side/2), int(side/2))
	return image.Rectangle{at.Sub(half), at.Add(half)}
}

// page returns an image in one colour, with lines that look like text.
func page(width, height int, ground, ink color.Color) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	r := rand.New(rand.NewPCG(1, 2))
	for y := 20; y < height-10; y += 24 {
		for x := 20; x < width-20; x += 3 + r.IntN(9) {
			draw.Draw(img, image.Rect(x, y, x+1+r.IntN(3), y+4+r.IntN(8)), image.NewUniform(ink), image.Point{}, draw.Src)
		}
	}
	return img
}

// contrast returns the contrast of the colours, on white where they are transparent.
func contrast(l look) int {
	grey := func(c color.Color) int {
		r, g, b, a := c.RGBA()
		return int((r+2*g+b)/4+0xffff-a) >> 8
	}
	return max(grey(l.light)-grey(l.dark), grey(l.dark)-grey(l.light))
}

func testLooks(t *testing.T, read readFunc) {
	night := color.RGBA{0x14, 0x16, 0x1c, 0xff}
	with := func(change func(*look)) look {
		l := usual
		change(&l)
		return l
	}
	for _, c := range []struct {
		name string
		look look
		dark bool // the page is dark
	}{
		{"as usual", usual, false},
		{"tiny", with(func(l *look) { l.module = 2 }), false},
		{"small, of odd size", with(func(l *look) { l.module = 2.7 }), false},
		{"huge", with(func(l *look) { l.module = 12 }), false},
		{"on a dark page", usual, true},
		{"light on dark", with(func(l *look) { l.dark, l.light = color.White, night }), true},
		{"grey on grey", with(func(l *look) { l.dark, l.light = color.Gray{0x60}, color.Gray{0xb0} }), false},
		{"blue on transparent", with(func(l *look) { l.dark, l.light = color.RGBA{0x10, 0x40, 0xa0, 0xff}, color.Transparent }), false},
		{"turned by 4°", with(func(l *look) { l.degrees = 4 }), false},
		{"turned by 30°", with(func(l *look) { l.degrees = 30; l.module = 6 }), false},
		{"upside down", with(func(l *look) { l.degrees = 180 }), false},
		{"with a logo", with(func(l *look) { l.logo = true }), false},
		{"with a logo, light on dark", with(func(l *look) { l.logo, l.dark, l.light = true, color.White, night }), true},
		{"faded, with a mark on it", with(func(l *look) { l.dark, l.logo, l.module = color.Gray{0xd8}, true, 6 }), false},
		{"with little quiet", with(func(l *look) { l.quiet = 1 }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			ground, ink := color.Color(color.White), color.Color(color.Gray{0x33})
			if c.dark {
				ground, ink = night, color.Gray{0xc0}
			}
			img := page(1000, 800, ground, ink)
			want := address(120)
			within := paste(t, img, image.Pt(520, 410), want, c.look)
			got, err := read(img)
			if err != nil || got.Text != want {
				t.Fatalf("read %+v, %v", got, err)
			}
			if want := contrast(c.look); max(got.Contrast-want, want-got.Contrast) > want/5 {
				t.Errorf("a contrast of %d, want %d", got.Contrast, want)
			}
			if c.look.degrees == 0 && (!got.At.In(within.Inset(-1)) || 3*got.At.Dx() < 2*within.Dx()) {
				t.Errorf("found at %v, not within %v", got.At, within)
			}
		})
	}
}

// A page may also show the QR code of an app to install. The login is the larger one.
func testLargest(t *testing.T, read readFunc) {
	img := page(1600, 1200, color.White, color.Gray{0x33})
	small := usual
	small.module = 3
	paste(t, img, image.Pt(300, 300), "https://app.example.com/install", small)
	paste(t, img, image.Pt(1100, 700), address(120), usual)
	paste(t, img, image.Pt(1400, 200), "https://app.example.com/install", small)
	if got, err := read(img); err != nil || got.Text != address(120) {
		t.Errorf("read %+v, %v", got, err)
	}
}

// A sub-image has its own coordinates.
func testPart(t *testing.T, read readFunc) {
	img := page(900, 900, color.White, color.Gray{0x33})
	want := paste(t, img, image.Pt(600, 500), address(120), usual)
	part := img.SubImage(image.Rect(300, 200, 900, 800))
	got, err := read(part)
	if err != nil || got.Text != address(120) || !got.At.In(want.Sub(image.Pt(300, 200))) {
		t.Errorf("read %+v, %v", got, err)
	}
}

func testChinese(t *testing.T, read readFunc) {
	const want = "https://登录.example.cn/授权?应用=客户管理"
	img := image.NewNRGBA(image.Rect(0, 0, 800, 800)) // transparent
	paste(t, img, image.Pt(400, 400), want, usual)
	if got, err := read(img); err != nil || got.Text != want {
		t.Errorf("read %+v, %v", got, err)
	}
}

func testNothing(t *testing.T, read readFunc) {
	for name, img := range map[string]image.Image{
		"a page":   page(1000, 800, color.White, color.Gray{0x33}),
		"one dot":  image.NewRGBA(image.Rect(0, 0, 1, 1)),
		"a line":   image.NewRGBA(image.Rect(0, 0, 2000, 3)),
		"nothing":  image.NewNRGBA(image.Rect(0, 0, 300, 300)),
		"all dark": image.NewGray(image.Rect(0, 0, 300, 300)),
	} {
		if got, err := read(img); !errors.Is(err, mirror.ErrNone) {
			t.Errorf("%s: read %+v, %v", name, got, err)
		}
	}
}
