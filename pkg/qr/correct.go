package qr

import (
	"bytes"
	"slices"

	"rsc.io/qr/coding"
)

// correct corrects the bytes of a block in place, by the check bytes of its Reed-Solomon
// code. It returns false if more than half as many bytes as there are check bytes are wrong.
func correct(data, check []byte) bool {
	block := append(append([]byte{}, data...), check...)
	syndromes, clean := syndromesOf(block, len(check))
	if clean {
		return true
	}
	locator, wrong := locatorOf(syndromes)
	if wrong > len(check)/2 {
		return false
	}
	f := coding.Field
	// The evaluator is syndromes * locator, without powers from len(check) on.
	evaluator := make([]byte, len(check))
	for i := range evaluator {
		for j := 0; j <= min(i, wrong); j++ {
			evaluator[i] ^= f.Mul(locator[j], syndromes[i-j])
		}
	}
	found := 0
	for i := range block {
		inverse := f.Exp(255 - (len(block)-1-i)%255) // of the place of byte i
		if valueAt(locator, inverse) != 0 {
			continue
		}
		found++
		slope := byte(0) // the derivative of the locator, times inverse
		for j := 1; j <= wrong; j += 2 {
			slope ^= f.Mul(locator[j], f.Exp(f.Log(inverse)*j%255))
		}
		if slope == 0 {
			return false
		}
		block[i] ^= f.Mul(valueAt(evaluator, inverse), f.Inv(slope))
	}
	if _, clean = syndromesOf(block, len(check)); !clean || found != wrong {
		return false
	}
	copy(data, block)
	return true
}

// syndromesOf evaluates the block, a polynomial with its highest power first, at the roots
// of the code's generator. Without errors all values are zero.
func syndromesOf(block []byte, roots int) (values []byte, clean bool) {
	values, clean = make([]byte, roots), true
	for i := range values {
		root := coding.Field.Exp(i)
		for _, b := range block {
			values[i] = coding.Field.Mul(values[i], root) ^ b
		}
		clean = clean && values[i] == 0
	}
	return values, clean
}

// locatorOf returns the polynomial whose roots are the inverses of the places of the errors,
// lowest power first, and its degree. It is the algorithm of Berlekamp and Massey.
func locatorOf(syndromes []byte) (locator []byte, degree int) {
	f := coding.Field
	locator = make([]byte, len(syndromes)+1)
	previous := make([]byte, len(locator))
	locator[0], previous[0] = 1, 1
	shift, last := 1, byte(1)
	for n := range syndromes {
		discrepancy := syndromes[n]
		for i := 1; i <= degree; i++ {
			discrepancy ^= f.Mul(locator[i], syndromes[n-i])
		}
		if discrepancy == 0 {
			shift++
			continue
		}
		next := bytes.Clone(locator)
		for i := range len(next) - shift {
			next[i+shift] ^= f.Mul(f.Mul(discrepancy, f.Inv(last)), previous[i])
		}
		if 2*degree <= n {
			degree, previous, last, shift = n+1-degree, locator, discrepancy, 0
		}
		locator = next
		shift++
	}
	return locator, degree
}

// valueAt returns the value of a polynomial, whose lowest power is first.
func valueAt(polynomial []byte, x byte) byte {
	value := byte(0)
	for _, coefficient := range slices.Backward(polynomial) {
		value = coding.Field.Mul(value, x) ^ coefficient
	}
	return value
}
