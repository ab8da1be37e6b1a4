package qr

import (
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// runs matches the content of a path: rectangles only.
var runs = regexp.MustCompile(`^M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z`)

// paint draws an SVG element as a browser does, with modules of 3×3 pixels.
func paint(t *testing.T, text string) (*image.Gray, int) {
	t.Helper()
	var svg struct {
		XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
		ViewBox string   `xml:"viewBox,attr"`
		Paths   []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(text), &svg); err != nil {
		t.Fatal(err)
	}
	var width, height int
	if _, err := fmt.Sscanf(svg.ViewBox, "0 0 %d %d", &width, &height); err != nil || width != height {
		t.Fatalf("viewBox %q: %v", svg.ViewBox, err)
	}
	const module = 3
	img := image.NewGray(image.Rect(0, 0, width*module, width*module))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.Gray{Y: 0x70}), image.Point{}, draw.Src)
	for _, path := range svg.Paths {
		grey, ok := map[string]uint8{"#fff": 0xff, "#000": 0}[path.Fill]
		if !ok {
			t.Fatalf("fill %q", path.Fill)
		}
		for d := path.D; d != ""; {
			m := runs.FindStringSubmatch(d)
			if m == nil || m[3] != m[5] {
				t.Fatalf("unexpected path data %.40q", d)
			}
			d = d[len(m[0]):]
			var n [4]int
			for i := range n {
				n[i], _ = strconv.Atoi(m[i+1])
			}
			at := image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3])
			at.Min, at.Max = at.Min.Mul(module), at.Max.Mul(module)
			draw.Draw(img, at, image.NewUniform(color.Gray{Y: grey}), image.Point{}, draw.Src)
		}
	}
	return img, module
}

func TestADecoderReadsTheSVG(t *testing.T) {
	for name, text := range texts() {
		if name == "longest" {
			text = address(2331)
		}
		t.Run(name, func(t *testing.T) {
			svg, err := SVG(text)
			if err != nil {
				t.Fatal(err)
			}
			img, module := paint(t, svg)
			for i := range img.Bounds().Dx() {
				for margin := range svgQuietZone * module {
					far := img.Bounds().Dx() - 1 - margin
					if img.GrayAt(i, margin).Y < 255 || img.GrayAt(margin, i).Y < 255 || img.GrayAt(i, far).Y < 255 || img.GrayAt(far, i).Y < 255 {
						t.Fatal("the quiet zone is not all white")
					}
				}
			}
			bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
			if err != nil {
				t.Fatal(err)
			}
			got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
			if err != nil {
				t.Fatalf("the decoder cannot read the picture: %v", err)
			}
			if diff := cmp.Diff(text, got.GetText()); diff != "" {
				t.Errorf("drawn, then read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheSVGHasNeitherStyleNorText(t *testing.T) {
	svg, err := SVG(`</svg><script>alert(1)</script>`)
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"script", "style", "alert", "width=", "<text"} {
		if strings.Contains(svg, never) {
			t.Errorf("the picture contains %q", never)
		}
	}
}

func TestWhatCannotBeDrawnAsSVG(t *testing.T) {
	if _, err := SVG(""); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty text: %v, want ErrEmpty", err)
	}
	if svg, err := SVG(address(2332)); err == nil || svg != "" || strings.Contains(err.Error(), address(20)) {
		t.Errorf("2332 bytes: %q, %v", svg, err)
	}
}
