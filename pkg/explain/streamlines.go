package explain

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"
)

// readLines reads the lines that end before s.at. It splits long lines into pieces. If judge
// is true, it looks for responses and HTTP statuses, too, not just for codes.
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

// readPiece collects the readings of s.text[s.from:end], which is a line or a piece of a long
// one. whole is true for a full line, which may be a response by itself.
func (s *stream) readPiece(ctx context.Context, end int, judge, whole bool) {
	var found []Found
	for len(s.waiting) > 0 && s.waiting[0].line <= s.line {
		if found == nil {
			found = s.waiting[0].found
		} else {
			found = append(found, s.waiting[0].found...)
		}
		s.waiting = s.waiting[1:]
	}
	text := s.text[s.from:end]
	if logged, ok := s.emulated(text); ok {
		found = logged // its diagnosis may repeat any text of the request
	} else if len(bytes.TrimSpace(text)) > 0 {
		before, after := s.neighbours(end)
		lower := strings.ToLower(string(before))
		from := len(lower)
		lower += strings.ToLower(string(text))
		to := len(lower)
		lower += strings.ToLower(string(after))
		found = append(found, s.index.mentioned(lower, from, to)...)
		if piece := strings.TrimSpace(string(text)); whole && !strings.HasPrefix(piece, "{") { // findObjects has read the objects
			found = append(found, s.whole(ctx, piece)...)
		}
		if judge {
			found = append(found, s.statusIn(ctx, lower, from, to)...)
		}
	}
	s.collector.add(s.line, found)
}

// neighbours returns the context of the piece s.text[s.from:end]: the text before and
// after it in the same line, at most around bytes each.
func (s *stream) neighbours(end int) (before, after []byte) {
	if s.rest {
		before = s.text[max(0, s.from-around):s.from]
		before = before[bytes.LastIndexByte(before, '\n')+1:]
	}
	after, _, _ = bytes.Cut(s.text[end:min(len(s.text), end+around)], []byte("\n"))
	return before, after
}
