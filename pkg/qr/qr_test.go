package qr

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// views are the styles, each on the terminals that it is meant for.
var views = []struct {
	name  string
	style Style
	ground
}{
	{"colour", Color, darkGround},
	{"colour", Color, lightGround},
	{"plain", PlainDark, darkGround},
	{"plain", PlainLight, lightGround},
}

// address returns a URL of n bytes.
func address(n int) string {
	const start = "https://sso.example.com/oauth2/authorize?client_id=A1&state=x"
	if n <= len(start) {
		return start[:n]
	}
	return start + strings.Repeat("0aZ-", n/4)[:n-len(start)]
}

func texts() map[string]string {
	m := map[string]string{
		"Chinese": "https://登录.example.cn/授权?应用=客户管理&回调=http://127.0.0.1:8080/回来",
		"digits":  strings.Repeat("0123456789", 8),
		"longest": address(MaxBytes),
	}
	for _, n := range []int{1, 60, 134, 135, 300} {
		m[fmt.Sprint(n, " bytes")] = address(n)
	}
	return m
}

func decode(t *testing.T, grid [][]cell, g ground) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(rasterise(grid, g))
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true,
	})
	if err != nil {
		t.Fatalf("the decoder cannot read the picture: %v", err)
	}
	return result.GetText()
}

func TestADecoderReadsWhatIsDrawn(t *testing.T) {
	for _, view := range views {
		for name, text := range texts() {
			t.Run(fmt.Sprintf("%s/%s/%s", view.name, view.ground.name, name), func(t *testing.T) {
				picture, err := Terminal(text, view.style)
				if err != nil {
					t.Fatal(err)
				}
				grid, err := cells(picture.Lines, view.ground)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(text, decode(t, grid, view.ground)); diff != "" {
					t.Errorf("drawn, then read (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestEveryLineIsWideAndTheQuietZoneIsWhole(t *testing.T) {
	for _, view := range views {
		for name, text := range texts() {
			t.Run(fmt.Sprintf("%s/%s/%s", view.name, view.ground.name, name), func(t *testing.T) {
				picture, err := Terminal(text, view.style)
				if err != nil {
					t.Fatal(err)
				}
				grid, err := cells(picture.Lines, view.ground)
				if err != nil {
					t.Fatal(err)
				}
				checkFrame(t, grid, picture.Width)
			})
		}
	}
}

// checkFrame checks that a margin of two modules is light and that the code starts right
// after it.
func checkFrame(t *testing.T, grid [][]cell, width int) {
	t.Helper()
	light := func(x, y int) bool {
		c := grid[y/2][x]
		return y%2 == 0 && c.upper > 0x80 || y%2 == 1 && c.lower > 0x80
	}
	for n, row := range grid {
		if len(row) != width {
			t.Fatalf("line %d is %d columns, want %d", n, len(row), width)
		}
	}
	// The code is square. The last line has half a cell to spare below it.
	if want := (width + 1) / 2; len(grid) != want {
		t.Fatalf("%d lines, want %d", len(grid), want)
	}
	for y := range 2 * len(grid) {
		for x := range width {
			inside := x >= quietZone && x < width-quietZone && y >= quietZone && y < width-quietZone
			if !inside && !light(x, y) {
				t.Fatalf("module %d,%d of the quiet zone is dark", x, y)
			}
		}
	}
	for _, corner := range [][2]int{{quietZone, quietZone}, {width - quietZone - 1, quietZone}, {quietZone, width - quietZone - 1}} {
		if light(corner[0], corner[1]) {
			t.Errorf("no finder pattern at %v", corner)
		}
	}
}

func TestVersionSixFitsIntoATerminal(t *testing.T) {
	type size struct{ Columns, Lines int }
	got := map[int]size{}
	for _, n := range []int{1, 106, 107, 134, 135} {
		picture, err := Terminal(address(n), Color)
		if err != nil {
			t.Fatal(err)
		}
		got[n] = size{picture.Width, len(picture.Lines)}
	}
	want := map[int]size{1: {25, 13}, 106: {41, 21}, 107: {45, 23}, 134: {45, 23}, 135: {49, 25}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bytes to size (-want +got):\n%s", diff)
	}
}

func TestPlainStylesHaveNoSequences(t *testing.T) {
	for _, style := range []Style{PlainDark, PlainLight} {
		picture, err := Terminal(address(134), style)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(picture.Lines, ""); strings.ContainsAny(all, "\x1b\r\n") {
			t.Errorf("style %d prints control characters", style)
		}
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	if _, err := Terminal("", Color); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty text: %v, want ErrEmpty", err)
	}
	for _, text := range []string{address(MaxBytes + 1), strings.Repeat("秘", 2000), strings.Repeat("7", 7090)} {
		picture, err := Terminal(text, Color)
		if err == nil || strings.Contains(err.Error(), text[:9]) {
			t.Errorf("%d bytes: error %v, want one that does not quote the text", len(text), err)
		}
		if diff := cmp.Diff(Picture{}, picture); diff != "" {
			t.Errorf("not an empty picture (-want +got):\n%s", diff)
		}
	}
}
