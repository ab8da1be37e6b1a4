package explain

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// MaxText is the length of the longest text that [Read] takes, in bytes.
	MaxText = 64 << 20
	// maxWhole is the longest text that is read as one answer.
	maxWhole = 1 << 20
	// maxPiece is how much of a long line is read at once.
	maxPiece = 16 << 10
	// around is how much of a long line is looked at around such a piece.
	around = 4 << 10
	// maxDepth is how many objects inside each other are judged.
	maxDepth = 8
)

// ErrTooLong is about a text longer than MaxText.
var ErrTooLong = errors.New("larger than 64 MiB")

// stream reads a text as it comes, and holds no more of it than the largest object that
// may begin where it is.
type stream struct {
	*explainer
	in     io.Reader
	total  int64 // bytes read
	ended  bool
	text   []byte // what is held
	offset int64  // of text

	at         int // in text; what objects there are before is known
	objectLine int // of at
	objects    objects
	judged     []int64 // the ends of the objects around at that were judged
	waiting    []Found // in objects, of lines not yet read

	from int // in text; where the line, or the rest of it, begins that is read next
	line int // its number
	rest bool

	contentLines int // that are not blank; no more than two are counted
	content      bool
	collector    collector
}

func (s *stream) read(ctx context.Context) error {
	if err := s.hold(ctx, maxWhole+1); err != nil {
		return err
	}
	s.text = bytes.TrimPrefix(s.text, []byte("\ufeff"))
	judge := true
	if s.ended {
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(s.text)), "\ufeff"))
		found := append(s.whole(ctx, text), s.statusAlone(ctx, text)...)
		s.collector.add(0, found)
		if judge = len(found) == 0; settles(found) {
			return ctx.Err()
		}
	}
	for {
		if err := s.fill(ctx); err != nil {
			return err
		}
		to := min(s.at+maxPiece, s.complete())
		if judge {
			s.findObjects(ctx, to)
		} else {
			s.at = max(s.at, to)
		}
		s.readLines(ctx, judge)
		if err := ctx.Err(); err != nil || s.done() {
			if s.contentLines < 2 {
				s.collector.single()
			}
			return err
		}
	}
}

// complete is the place before which all objects that begin end in what is held, unless
// they are too large.
func (s *stream) complete() int {
	if s.ended {
		return len(s.text)
	}
	return len(s.text) - 2*maxObject - 1
}

func (s *stream) done() bool { return s.ended && s.from >= len(s.text) }

// fill reads on, where not enough is held, and gives up what was read.
func (s *stream) fill(ctx context.Context) error {
	const chunk = 1 << 20
	if s.ended || s.at < s.complete() {
		return nil
	}
	s.drop(s.from - around)
	return s.hold(ctx, s.at+2*maxObject+chunk)
}

// hold reads until n bytes are held, or all.
func (s *stream) hold(ctx context.Context, n int) error {
	for len(s.text) < n && !s.ended {
		if cap(s.text) < n {
			s.text = append(make([]byte, 0, n+maxObject), s.text...)
		}
		got, err := s.in.Read(s.text[len(s.text):n])
		s.count(s.text[len(s.text) : len(s.text)+got])
		s.text = s.text[:len(s.text)+got]
		if s.total += int64(got); s.total > MaxText {
			return ErrTooLong
		}
		if err == io.EOF {
			s.ended = true
		} else if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// count counts the lines that are not blank.
func (s *stream) count(text []byte) {
	for len(text) > 0 && s.contentLines < 2 {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		if !s.content && len(bytes.Trim(line, " \t\r\ufeff")) > 0 {
			s.content = true
			s.contentLines++
		}
		if ended {
			s.content = false
		}
		text = rest
	}
}

// drop gives up the first n bytes.
func (s *stream) drop(n int) {
	if n = min(n, s.at); n <= 0 {
		return
	}
	s.text = append(s.text[:0], s.text[n:]...)
	s.offset += int64(n)
	s.at -= n
	s.from -= n
}

// findObjects judges the objects that begin before a place, and puts blanks in place of
// those that say something: what a vendor's message says is not to be read again. One
// that says nothing to any profile may hold one that does.
func (s *stream) findObjects(ctx context.Context, to int) {
	for s.at < to && ctx.Err() == nil {
		next := bytes.IndexByte(s.text[s.at:to], '{')
		if next < 0 {
			s.pass(max(to-s.at, 0))
			break
		}
		s.pass(next)
		length, quote := s.objects.at(s.text[s.at:], s.offset+int64(s.at), s.ended)
		if length > 0 && s.judge(ctx, s.text[s.at:s.at+length], quote) {
			object := s.text[s.at : s.at+length]
			s.objects.forget(object[1:], s.offset+int64(s.at)+1)
			blank(object)
			s.pass(length)
		} else {
			s.pass(1)
		}
	}
}

// pass moves on by n bytes.
func (s *stream) pass(n int) {
	s.objectLine += bytes.Count(s.text[s.at:s.at+n], []byte("\n"))
	s.at += n
}

// judge reports whether the object at s.at settles what the text around it says.
func (s *stream) judge(ctx context.Context, text []byte, quote string) bool {
	here := s.offset + int64(s.at)
	for len(s.judged) > 0 && s.judged[len(s.judged)-1] <= here {
		s.judged = s.judged[:len(s.judged)-1]
	}
	if len(s.judged) >= maxDepth {
		return false
	}
	s.judged = append(s.judged, here+int64(len(text)))
	a := newAnswer(0, nil, jsonOf(text, quote))
	if !a.response.IsJSON() {
		return false
	}
	found := s.explainer.judged(ctx, a)
	for _, f := range found {
		if f.How == Unlisted && f.Code == "" {
			continue // a mere message is no refusal: lines of logs have one
		}
		f.Line = s.objectLine
		s.waiting = append(s.waiting, f)
	}
	return settles(found)
}

// blank leaves the line breaks, by which lines are counted.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}

// readLines reads the lines in which all objects are known.
func (s *stream) readLines(ctx context.Context, judge bool) {
	for s.from < s.at && ctx.Err() == nil {
		end := min(s.at, s.from+maxPiece)
		i := bytes.IndexByte(s.text[s.from:end], '\n')
		switch {
		case i >= 0:
			s.readPiece(ctx, s.from+i, judge, judge && !s.rest)
			s.from += i + 1
			s.line++
			s.rest = false
			continue
		case end-s.from == maxPiece:
			for end < len(s.text) && end > s.from+1 && !utf8.RuneStart(s.text[end]) {
				end--
			}
		case !s.ended || s.at < len(s.text):
			return
		}
		s.readPiece(ctx, end, judge, judge && !s.rest && end == len(s.text))
		s.from = end
		s.rest = true
	}
}

// readPiece reads a line, or a part of a long one, up to a place. whole says that it is
// to be read as one answer too.
func (s *stream) readPiece(ctx context.Context, end int, judge, whole bool) {
	var found []Found
	for len(s.waiting) > 0 && s.waiting[0].Line <= s.line {
		found = append(found, s.waiting[0])
		s.waiting = s.waiting[1:]
	}
	text := s.text[s.from:end]
	if len(bytes.TrimSpace(text)) > 0 {
		before, after := s.neighbours(end)
		lower := strings.ToLower(string(before))
		from := len(lower)
		lower += strings.ToLower(string(text))
		to := len(lower)
		lower += strings.ToLower(string(after))
		found = append(found, s.index.mentioned(lower, from, to)...)
		if one := strings.TrimSpace(string(text)); whole && !strings.HasPrefix(one, "{") { // of which findObjects has told
			found = append(found, s.whole(ctx, one)...)
		}
		if judge {
			found = append(found, s.statusIn(ctx, lower, from, to)...)
		}
	}
	s.collector.add(s.line, found)
}

// neighbours are what stands in a long line before and after the piece up to a place.
func (s *stream) neighbours(end int) (before, after []byte) {
	if s.rest {
		before = s.text[max(0, s.from-around):s.from]
		before = before[bytes.LastIndexByte(before, '\n')+1:]
	}
	after, _, _ = bytes.Cut(s.text[end:min(len(s.text), end+around)], []byte("\n"))
	return before, after
}
