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

// unsearched stands for what is left of a text that is too much work to search.
var unsearched = form{stub: Redacted}

// each calls do for every place of a text where one of the forms stands. A vendor can
// make up a token and an answer in which it may begin and end everywhere: the rest of
// such a text is one place.
func (f *forms) each(text string, do func(start, end int, f *form)) {
	const least, perByte = 1 << 18, 32 // readings; a text of nothing but escapes takes about 25 for a byte
	s := search{text: text, work: (least + perByte*len(text)) * workOfReading}
	for start := range len(text) {
		if !escapes(text[start]) {
			s.from(start, f[text[start]], readByte(text[start], start+1), do)
		} else {
			first := s.read(start, mostLayers)
			for _, r := range first.all() {
				s.from(start, f[r.char[0]], r, do)
			}
		}
		if s.work < 0 {
			do(start, len(text), &unsearched)
			return
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
	ends   map[tried]int    // where the rest of a form ends, -1 for nowhere
	places map[int]readings // of the last ones, see place
	deeper bool             // there may be more to be read with another layer
	work   int              // that may yet be done, in stretches that are compared
}

// workOfReading is that of one place, which takes as long as so many stretches.
const workOfReading = 16

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
			s.work--
		}
		if i%most == 0 {
			s.work--
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
	if s.work -= workOfReading; s.work < 0 {
		return -1
	}
	end, ways := -1, 0
	next := s.place(i)
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

// place is what may be read at i, kept for the many ways in which it is come by.
func (s *search) place(i int) readings {
	const most = 4096
	r, known := s.places[i]
	if !known {
		r = s.read(i, mostLayers)
		if s.places == nil || len(s.places) == most {
			s.places = map[int]readings{}
		}
		s.places[i] = r
	}
	return r
}
