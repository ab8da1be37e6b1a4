package qr

import "rsc.io/qr/coding"

// textIn returns the text of a code, whose modules are given row by row. It returns false if
// there is none.
func textIn(modules [][]bool) (string, bool) {
	version := coding.Version((len(modules) - 17) / 4)
	level, mask, ok := formatOf(modules, version)
	if !ok {
		return "", false
	}
	plan, err := coding.NewPlan(version, level, mask)
	if err != nil {
		return "", false
	}
	words := make([]byte, plan.DataBytes+plan.CheckBytes)
	for y, row := range plan.Pixel {
		for x, pixel := range row {
			role := pixel.Role()
			if (role == coding.Data || role == coding.Check) && modules[y][x] != isBlack(pixel) {
				words[pixel.Offset()/8] |= 0x80 >> (pixel.Offset() % 8)
			}
		}
	}
	data, check := words[:plan.DataBytes], words[plan.DataBytes:]
	size, more := plan.DataBytes/plan.Blocks, plan.DataBytes%plan.Blocks
	for i := range plan.Blocks {
		if i == plan.Blocks-more { // the last blocks are longer
			size++
		}
		n := plan.CheckBytes / plan.Blocks
		if !correct(data[:size], check[:n]) {
			return "", false
		}
		data, check = data[size:], check[n:]
	}
	return textOf(words[:plan.DataBytes], version)
}

func isBlack(p coding.Pixel) bool { return p&coding.Black != 0 }

// formatOf returns the level of error correction and the mask. The code says them twice, so
// a few wrong modules do not matter.
func formatOf(modules [][]bool, version coding.Version) (level coding.Level, mask coding.Mask, ok bool) {
	plan, err := coding.NewPlan(version, coding.L, 0) // says where, in a code of any level
	if err != nil {
		return 0, 0, false
	}
	least := 9 // wrong modules of 30
	for l := coding.L; l <= coding.H; l++ {
		for m := range coding.Mask(8) {
			expected, wrong := formatBits(l, m), 0
			eachFormat(plan, func(x, y int, bit uint, _ bool) {
				if modules[y][x] != expected[bit] {
					wrong++
				}
			})
			if wrong < least {
				least, level, mask, ok = wrong, l, m, true
			}
		}
	}
	return level, mask, ok
}

// formatBits returns what a code of any size says about its level and mask.
func formatBits(level coding.Level, mask coding.Mask) (bits [15]bool) {
	if plan, err := coding.NewPlan(coding.MinVersion, level, mask); err == nil {
		eachFormat(plan, func(_, _ int, bit uint, black bool) { bits[bit] = black })
	}
	return bits
}

// eachFormat calls f with each module about level and mask, and with the bit that it has.
func eachFormat(plan *coding.Plan, f func(x, y int, bit uint, black bool)) {
	for y, row := range plan.Pixel {
		for x, pixel := range row {
			if pixel.Role() == coding.Format {
				f(x, y, pixel.Offset(), isBlack(pixel))
			}
		}
	}
}
