package explain

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

const (
	// MaxText is the size of the longest text that [Read] accepts, in bytes.
	MaxText = 64 << 20
	// maxWhole is the size of the longest text that may be a single response, in bytes.
	maxWhole = 1 << 20
	// maxPiece is the size of the pieces into which a long line is split, in bytes.
	maxPiece = 16 << 10
	// around is the size of the context on each side of a piece, in bytes.
	around = 4 << 10
	// maxDepth is the depth of nesting down to which objects are judged.
	maxDepth = 8
)

// ErrTooLong is the error of [Read] for a text longer than [MaxText].
var ErrTooLong = errors.New("larger than 64 MiB")

// readings are the readings of one object.
type readings struct {
	line  int // the number of its first line
	found []Found
}

// stream reads a text through a buffer with two cursors. The first, at, searches for JSON
// objects. The second, from, stays behind at and reads line by line. Until the input ends,
// the buffer holds enough text after at for the largest object that can start there.
type stream struct {
	*explainer
	in     io.Reader
	total  int64  // bytes read from in
	ended  bool   // in is at its end
	text   []byte // the buffer
	offset int64  // position of text[0] in the input

	at         int // index in text; the objects that start before it are judged
	objectLine int // number of the line at index at
	objects    objects
	enclosing  []int64    // ends of the judged objects that contain at, as offsets in the input
	waiting    []readings // readings of objects in lines that from has not reached

	from int  // index in text of the next line, or of the next piece of a long line
	line int  // number of that line, from 1
	rest bool // from is inside a long line

	contentLines int  // lines that are not blank, counted up to 2
	content      bool // the last line in text is not blank
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
		found := s.pasted(text)
		if len(found) == 0 {
			found = append(s.whole(ctx, text), s.statusAlone(ctx, text)...)
		}
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

// complete returns an index in s.text. An object that starts before this index is
// completely in s.text, or is larger than maxObject.
func (s *stream) complete() int {
	if s.ended {
		return len(s.text)
	}
	return len(s.text) - 2*maxObject - 1
}

func (s *stream) done() bool { return s.ended && s.from >= len(s.text) }

// fill reads more input if the buffer holds too little text after s.at, and first drops
// text that is no longer needed.
func (s *stream) fill(ctx context.Context) error {
	const chunk = 1 << 20
	if s.ended || s.at < s.complete() {
		return nil
	}
	s.drop(s.from - around)
	return s.hold(ctx, s.at+2*maxObject+chunk)
}

// hold reads until the buffer holds n bytes or the input ends.
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

// count counts the lines in newly read text that are not blank, up to 2 in all.
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

// drop removes the first n bytes from the buffer, but none after s.at.
func (s *stream) drop(n int) {
	if n = min(n, s.at); n <= 0 {
		return
	}
	s.text = append(s.text[:0], s.text[n:]...)
	s.offset += int64(n)
	s.at -= n
	s.from -= n
}

// findObjects judges the objects that start before s.text[to]. If a profile recognises an
// object for certain, findObjects blanks it out, so that readLines does not find codes in
// its message. Otherwise findObjects also judges the objects inside it.
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

// pass advances s.at by n bytes.
func (s *stream) pass(n int) {
	s.objectLine += bytes.Count(s.text[s.at:s.at+n], []byte("\n"))
	s.at += n
}

// judge judges the object at s.at and queues its readings for readLines. quote is the
// quotation mark of its strings. It returns the result of [settles].
func (s *stream) judge(ctx context.Context, text []byte, quote string) bool {
	at := s.offset + int64(s.at)
	for len(s.enclosing) > 0 && s.enclosing[len(s.enclosing)-1] <= at {
		s.enclosing = s.enclosing[:len(s.enclosing)-1]
	}
	if len(s.enclosing) >= maxDepth {
		return false
	}
	s.enclosing = append(s.enclosing, at+int64(len(text)))
	a := newParsed(0, nil, jsonOf(text, quote))
	if !a.response.IsData() {
		return false
	}
	found := s.responded(ctx, a, string(text))
	settled := settles(found)
	// A message alone is not a refusal: log records have one.
	found = slices.DeleteFunc(found, func(f Found) bool { return f.How == Unlisted && f.Code == "" })
	if len(found) > 0 {
		s.waiting = append(s.waiting, readings{s.objectLine, found})
	}
	return settled
}

// blank overwrites text with spaces. It keeps line breaks, so line numbers stay correct.
func blank(text []byte) {
	for i, c := range text {
		if c != '\n' {
			text[i] = ' '
		}
	}
}
