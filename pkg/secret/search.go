package secret

import "strings"

// forms are what is sought, by the first byte, and of those the longest first.
type forms [256][]form

// within reports whether any of the forms is in a stub, also within a word: one that
// shows a part of one secret may thereby show all of another.
func (f *forms) within(stub string) bool {
	found := false
	f.each(stub, func(int, int, *form) { found = true })
	return found
}

// each calls do for every place of a text where one of the forms stands.
func (f *forms) each(text string, do func(start, end int, f *form)) {
	s := search{text: text}
	for start := range len(text) {
		if !escapes(text[start]) {
			s.from(start, f[text[start]], readByte(text[start], start+1), do)
			continue
		}
		first := s.read(start, mostLayers)
		for _, r := range first.all() {
			s.from(start, f[r.char[0]], r, do)
		}
	}
}

// from calls do for those of the forms that stand at start, where a character was read.
func (s *search) from(start int, list []form, first reading, do func(start, end int, f *form)) {
	for i := range list {
		f := &list[i]
		if !first.begins(f.text) {
			continue
		}
		if end := s.end(first.end, f, len(f.text)-int(first.size)); end >= 0 {
			do(start, end, f)
		}
	}
}

// search is for secrets in one text.
type search struct {
	text   string
	ends   map[tried]int // where the rest of a form ends, -1 for nowhere
	deeper bool          // there may be more to be read with another layer
}

// tried is a place in a text, and what of a form is still to come there.
type tried struct {
	of       *form
	at, left int
}

// end returns where a text ends that begins at i and stands for the last left bytes
// of a form: the last such place, -1 for none.
func (s *search) end(i int, of *form, left int) int {
	const most = 64
	for ; left > 0; i, left = i+1, left-1 {
		for of.plain && left > most && strings.HasPrefix(s.text[i:], of.text[len(of.text)-left:][:most]) {
			i, left = i+most, left-most // long ones of which one is the end of another would take for ever
		}
		if i == len(s.text) {
			return -1
		}
		if escapes(s.text[i]) {
			return s.escapedEnd(i, of, left)
		}
		if s.text[i] != of.text[len(of.text)-left] {
			return -1
		}
	}
	return i
}

func (s *search) escapedEnd(i int, of *form, left int) int {
	here := tried{of, i, left}
	if end, known := s.ends[here]; known {
		return end
	}
	end, ways := -1, 0
	next := s.read(i, mostLayers)
	for _, r := range next.all() {
		if r.begins(of.text[len(of.text)-left:]) {
			end = max(end, s.end(r.end, of, left-int(r.size)))
			ways++
		}
	}
	if ways > 1 { // as %25 may be a % or three characters, for a secret that goes on with 25
		if s.ends == nil {
			s.ends = map[tried]int{}
		}
		s.ends[here] = end
	}
	return end
}
