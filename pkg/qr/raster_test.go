package qr

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ground is the pair of default colours of a terminal, as grey levels.
type ground struct {
	name   string
	fg, bg uint8
}

// Neither is pure black and white, as terminals rarely are.
var (
	darkGround  = ground{"dark terminal", 0xd0, 0x1e}
	lightGround = ground{"light terminal", 0x38, 0xf6}
)

// cell is one terminal cell: the grey of its upper and lower half.
type cell struct{ upper, lower uint8 }

var sgr = regexp.MustCompile(`^\x1b\[([0-9;]*)m`)

// cells reads lines as a terminal does, and returns the cells of each. It fails if a line
// has anything unexpected, or does not end with the default colours.
func cells(lines []string, g ground) ([][]cell, error) {
	var grid [][]cell
	for n, line := range lines {
		var row []cell
		fg, bg := g.fg, g.bg
		for line != "" {
			if m := sgr.FindStringSubmatch(line); m != nil {
				var err error
				if fg, bg, err = attributes(m[1], fg, bg, g); err != nil {
					return nil, fmt.Errorf("line %d: %w", n, err)
				}
				line = line[len(m[0]):]
				continue
			}
			r, size := utf8.DecodeRuneInString(line)
			line = line[size:]
			switch r {
			case ' ':
				row = append(row, cell{bg, bg})
			case '█':
				row = append(row, cell{fg, fg})
			case '▀':
				row = append(row, cell{fg, bg})
			case '▄':
				row = append(row, cell{bg, fg})
			default:
				return nil, fmt.Errorf("line %d: unexpected %q", n, r)
			}
		}
		if fg != g.fg || bg != g.bg {
			return nil, fmt.Errorf("line %d ends without a reset", n)
		}
		grid = append(grid, row)
	}
	return grid, nil
}

// attributes applies the parameters of one SGR sequence (ECMA-48 8.3.117, and
// 38;5;N and 48;5;N for the 256 colours).
func attributes(params string, fg, bg uint8, g ground) (uint8, uint8, error) {
	fields := strings.Split(params, ";")
	for i := 0; i < len(fields); i++ {
		switch p := fields[i]; {
		case p == "0" || p == "":
			fg, bg = g.fg, g.bg
		case (p == "38" || p == "48") && i+2 < len(fields) && fields[i+1] == "5":
			grey, err := cube(fields[i+2])
			if err != nil {
				return 0, 0, err
			}
			if p == "38" {
				fg = grey
			} else {
				bg = grey
			}
			i += 2
		default:
			return 0, 0, fmt.Errorf("unexpected attribute %q", params)
		}
	}
	return fg, bg, nil
}

// cube returns the grey of a colour in the 6×6×6 cube. The user can redefine the first 16
// colours, so a picture must not use them.
func cube(number string) (uint8, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 16 || n > 231 {
		return 0, fmt.Errorf("colour %q is not in the fixed cube", number)
	}
	levels := [6]uint8{0, 95, 135, 175, 215, 255}
	n -= 16
	c := color.RGBA{levels[n/36], levels[n/6%6], levels[n%6], 255}
	return color.GrayModel.Convert(c).(color.Gray).Y, nil
}

// rasterise draws the cells as an image with modules of 4×4 pixels, surrounded by the
// terminal's ground.
func rasterise(grid [][]cell, g ground) *image.Gray {
	const module, margin = 4, 4 * 4
	img := image.NewGray(image.Rect(0, 0, len(grid[0])*module+2*margin, len(grid)*2*module+2*margin))
	fill := func(r image.Rectangle, grey uint8) {
		draw.Draw(img, r, image.NewUniform(color.Gray{Y: grey}), image.Point{}, draw.Src)
	}
	fill(img.Bounds(), g.bg)
	for y, row := range grid {
		for x, c := range row {
			at := image.Pt(margin+x*module, margin+2*y*module)
			half := image.Rect(0, 0, module, module).Add(at)
			fill(half, c.upper)
			fill(half.Add(image.Pt(0, module)), c.lower)
		}
	}
	return img
}
