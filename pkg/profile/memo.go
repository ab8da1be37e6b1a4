package profile

import (
	"context"
	"encoding/json"
	"strings"

	"ssoctl/pkg/jq"
)

// Memo remembers the outputs of expressions, because profiles have many expressions in common
// and most objects in a log have equal fields. Readers of any number of profiles can share
// it. It remembers an output for one response, and for all responses with the same values in
// the fields that the expression reads. The zero Memo is empty. Its memory is bounded. It is
// not safe for concurrent use.
type Memo struct {
	// NeedsMessage reports whether the message of a refusal with this code is needed. If not, a
	// [Verdict] lacks it. nil means that all messages are needed.
	NeedsMessage func(code string) bool

	turns       int // responses so far
	expressions map[*jq.Expression]*memoized
	used        []*memoized // for the current response
}

// memoized is what a [Memo] remembers about an expression.
type memoized struct {
	reads   jq.FieldSet
	known   bool // reads is complete
	outputs map[string]output
	turn    int    // the last response for which it was used
	last    output // for that response
}

type output struct {
	value any
	err   error
}

// Remember returns r with m as its memo, in which readers of r look up and store the outputs
// of expressions.
func (m *Memo) Remember(r Response) Response {
	for _, e := range m.used {
		e.last = output{} // may be large
	}
	m.used = m.used[:0]
	m.turns++
	r.Memo, r.Turn = m, m.turns
	return r
}

// needsMessage reports whether the message of a refusal with this code has to be read. If there
// is no code, the message decides whether the response is a refusal.
func (r Response) needsMessage(code string) bool {
	return code == "" || r.Memo == nil || r.Memo.NeedsMessage == nil || r.Memo.NeedsMessage(code)
}

// first is [expression.first].
func (m *Memo) first(ctx context.Context, e expression, r Response) (any, error) {
	known := m.memoized(e)
	if known.turn != r.Turn {
		out := known.first(ctx, e, r)
		if ctx.Err() != nil {
			return out.value, out.err
		}
		known.turn, known.last = r.Turn, out
		m.used = append(m.used, known)
	}
	return known.last.value, known.last.err
}

func (m *Memo) memoized(e expression) *memoized {
	known := m.expressions[e.code]
	if known == nil {
		known = &memoized{outputs: map[string]output{}}
		known.reads, known.known = jq.Fields(e.text)
		if m.expressions == nil {
			m.expressions = map[*jq.Expression]*memoized{}
		}
		m.expressions[e.code] = known
	}
	return known
}

func (m *memoized) first(ctx context.Context, e expression, r Response) (out output) {
	const maxOutputs = 64
	key, ok := m.key(r)
	if out, known := m.outputs[key]; ok && known {
		return out
	}
	out.value, out.err = e.output(ctx, r)
	if ok && ctx.Err() == nil {
		if len(m.outputs) >= maxOutputs {
			clear(m.outputs)
		}
		m.outputs[key] = out
	}
	return out
}

// key returns the fields of r that the expression reads, as a key for outputs. ok is false if
// the fields are unknown or too long, if they contain objects or lists, or if r is not a JSON
// object without a status and a header.
func (m *memoized) key(r Response) (key string, ok bool) {
	const maxKey = 512 // bytes
	object, isObject := r.Value.(map[string]any)
	if !isObject || !m.known || r.Status != 0 || len(r.Header) > 0 || m.readsEnding(object) {
		return "", false
	}
	var b []byte
	for _, name := range m.reads.Names {
		v, has := object[name]
		if !has {
			continue
		}
		kind, text := byte(0), ""
		switch x := v.(type) {
		case nil:
			kind = '0'
		case bool:
			kind = map[bool]byte{false: 'f', true: 't'}[x]
		case string:
			kind, text = '"', x
		case json.Number:
			kind, text = '#', string(x)
		default:
			return "", false
		}
		if len(b)+len(name)+len(text) > maxKey {
			return "", false
		}
		b = append(append(b, name...), 0, kind, byte(len(text)), byte(len(text)>>8)) // the length, so that no text looks like the next field
		b = append(b, text...)
	}
	return string(b), true
}

// readsEnding reports whether the object has a field that the expression finds by its ending.
func (m *memoized) readsEnding(object map[string]any) bool {
	for _, ending := range m.reads.Endings {
		for name := range object {
			if strings.HasSuffix(name, ending) {
				return true
			}
		}
	}
	return false
}
