package qr

import (
	"fmt"
	"image/color"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"rsc.io/qr/coding"
)

// modulesOf returns the modules of a code of the given kind.
func modulesOf(t *testing.T, version coding.Version, level coding.Level, mask coding.Mask, parts ...coding.Encoding) [][]bool {
	t.Helper()
	plan, err := coding.NewPlan(version, level, mask)
	if err != nil {
		t.Fatal(err)
	}
	code, err := plan.Encode(parts...)
	if err != nil {
		t.Fatal(err)
	}
	modules := make([][]bool, code.Size)
	for y := range modules {
		for x := range code.Size {
			modules[y] = append(modules[y], code.Black(x, y))
		}
	}
	return modules
}

func TestTextInEveryKindOfCode(t *testing.T) {
	for version := coding.Version(coding.MinVersion); version <= coding.MaxVersion; version++ {
		for level := coding.L; level <= coding.H; level++ {
			mask := coding.Mask(int(version+coding.Version(level)) % 8)
			parts, want := []coding.Encoding{coding.String("é")}, "é"
			if version > 3 {
				parts = append(parts, coding.Num("0070"), coding.Alpha("A:"), coding.Num("05"), coding.Alpha("B-7"))
				want += "0070A:05B-7"
			}
			got, ok := textIn(modulesOf(t, version, level, mask, parts...))
			if !ok || got != want {
				t.Errorf("version %d, level %s, mask %d: %q, %v; want %q", version, level, mask, got, ok, want)
			}
		}
	}
}

// A code of level H has twice as many check bytes as it can correct.
func TestCorrect(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	plan, err := coding.NewPlan(1, coding.H, 0)
	if err != nil {
		t.Fatal(err)
	}
	for wrong := range plan.CheckBytes + 1 {
		for range 50 {
			var b coding.Bits
			b.Write(uint(r.Uint32()), 32)
			b.AddCheckBytes(1, coding.H)
			want := append([]byte{}, b.Bytes()...)
			got := append([]byte{}, want...)
			for _, i := range r.Perm(len(got))[:wrong] {
				got[i] ^= byte(1 + r.IntN(255))
			}
			ok := correct(got[:plan.DataBytes], got[plan.DataBytes:])
			if correctable := wrong <= plan.CheckBytes/2; ok && correctable != cmp.Equal(want[:plan.DataBytes], got[:plan.DataBytes]) || !ok && correctable {
				t.Fatalf("%d wrong bytes: %v, %x; want %x", wrong, ok, got, want)
			}
		}
	}
}

// Another library's codes name their charset, and it chooses other modes and masks.
func TestReadsAnotherLibrarysCodes(t *testing.T) {
	for _, want := range []string{"0123456789012", "HTTPS://EXAMPLE.COM/A:B", address(300), "https://登录.example.cn/授权"} {
		for _, charset := range []string{"UTF-8", "ISO-8859-1"} {
			if charset != "UTF-8" && want != address(300) {
				continue
			}
			code, err := qrcode.NewQRCodeWriter().Encode(want, gozxing.BarcodeFormat_QR_CODE, 400, 400, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_CHARACTER_SET: charset})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Read(code); err != nil || got.Text != want {
				t.Errorf("%s in %s: read %+v, %v", want, charset, got, err)
			}
		}
	}
}

// Bytes that are not UTF-8 are ISO 8859-1.
func TestReadsLatin(t *testing.T) {
	if got, ok := textIn(modulesOf(t, 2, coding.M, 3, coding.String("caf\xe9"))); !ok || got != "café" {
		t.Errorf("%q, %v", got, ok)
	}
}

// Nothing that a page shows may break the reader.
func TestReadsNoiseAsNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		data := make([]byte, r.IntN(60))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		textOf(data, coding.Version(1+r.IntN(40)))
	}
	for size := smallest; size <= largest; size += 12 {
		modules := make([][]bool, size)
		for y := range modules {
			for range size {
				modules[y] = append(modules[y], r.IntN(2) == 0)
			}
		}
		if text, ok := textIn(modules); ok {
			t.Errorf("%d modules: read %q", size, text)
		}
	}
}

// A page full of corners has many squares, none of which is a code.
func TestReadsAPageOfCorners(t *testing.T) {
	for _, apart := range []int{50, 70} {
		t.Run(fmt.Sprint(apart), func(t *testing.T) {
			img := page(1000, 1000, color.White, color.White)
			for y := 10; y < 940; y += apart {
				for x := 10; x < 940; x += apart {
					for i := range 21 {
						for j := range 21 {
							if d := max(abs(i-10), abs(j-10)); d < 5 || d > 7 {
								img.Set(x+i, y+j, color.Black)
							}
						}
					}
				}
			}
			if got, err := Read(img); err == nil {
				t.Errorf("read %+v", got)
			}
		})
	}
}

func abs(n int) int { return max(n, -n) }
