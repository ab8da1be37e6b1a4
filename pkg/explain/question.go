package explain

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/jq"
	"ssoctl/pkg/profile"
)

// questions holds the distinct questions of all steps of all profiles about a response: steps
// with equal expressions ask the same question. Only questions that read a field of an object
// need to be asked about it; the answers to the others are those for an empty object.
type questions struct {
	list    []*question
	numbers map[string]int // indexes into list, by expressions

	used     bool
	byName   map[string][]int // the questions that read a field; nil until a second response
	byEnding map[string][]int // the questions that read the fields with an ending
	always   []int            // the questions that may read any field
	ofEmpty  []answer         // the answers for an empty object

	memo     profile.Memo
	codes    map[string]bool     // codes that a profile lists
	messages map[string][]string // messages that decide between meanings of a code, by code
}

// question is a set of expressions that judge a response.
type question struct {
	judge   *client.Judge // of the first step that asks; the others would decide the same
	primary bool          // a success must have the step's main value
	exprs   []string      // decide between success and refusal
	others  []string      // read the values that a success without a main value has
}

// answer is the judgement of a response by a question.
type answer struct {
	client.Judgement
	reads bool // it is a success with a value that the step reads
}

func newQuestions(profiles []*profile.Profile) *questions {
	q := &questions{numbers: map[string]int{}, codes: map[string]bool{}, messages: map[string][]string{}}
	for _, p := range profiles {
		for _, r := range p.Refusals {
			code := r.CodeText()
			q.codes[code] = true
			if r.Message != "" && !slices.Contains(q.messages[code], r.Message) {
				q.messages[code] = append(q.messages[code], r.Message)
			}
		}
	}
	q.memo.NeedsMessage = func(code string) bool { return len(q.messages[code]) > 0 }
	return q
}

// number returns the index of a step's question in list. It adds the question if it is new.
func (q *questions) number(judge *client.Judge, s *profile.Step) int {
	exprs := judge.Expressions()
	_, needs := judge.Reader().Expr(s.Primary())
	primary := exprs[len(exprs)-1] != ""
	var others []string
	if !primary {
		for _, name := range slices.Sorted(maps.Keys(s.Read)) {
			others = append(others, s.Read[name])
		}
	}
	key := fmt.Sprintf("%v%q%q", needs, exprs, others)
	i, known := q.numbers[key]
	if !known {
		i = len(q.list)
		q.numbers[key] = i
		q.list = append(q.list, &question{judge, primary, exprs, others})
	}
	return i
}

// asked holds the answers to all questions about a response.
type asked struct {
	answers []answer // by the number of the question
	// key encodes everything that can matter to a profile. Objects with equal keys have the
	// same readings, apart from their unlisted codes, which no profile lists. ok is false if
	// there is no key, because the response is not an object, or has a status, headers, or
	// long values.
	key      []byte
	ok       bool
	listed   []string // codes in key
	unlisted []string
}

// ask returns the answers about a response.
func (q *questions) ask(ctx context.Context, a parsed) asked {
	object, isObject := a.response.Value().(map[string]any)
	if !q.used || !isObject || a.status != 0 || len(a.header) > 0 || !a.response.IsData() {
		q.used = true // a text with a single response needs no index
		return asked{answers: q.askAll(ctx, a)}
	}
	if q.byName == nil {
		q.makeIndex(ctx)
	}
	a.response = a.response.Remembering(&q.memo)
	out := asked{answers: slices.Clone(q.ofEmpty), ok: true}
	for i, concerned := range q.concerned(object) {
		if !concerned {
			continue
		}
		out.answers[i] = q.list[i].answer(ctx, a)
		if out.ok && out.answers[i] != q.ofEmpty[i] {
			out.key = binary.AppendUvarint(out.key, uint64(i))
			out.ok = q.appendAnswer(&out, q.list[i], out.answers[i], a)
		}
	}
	out.ok = out.ok && ctx.Err() == nil
	return out
}

func (q *questions) askAll(ctx context.Context, a parsed) []answer {
	answers := make([]answer, len(q.list))
	for i, question := range q.list {
		answers[i] = question.answer(ctx, a)
	}
	return answers
}

func (q *question) answer(ctx context.Context, a parsed) answer {
	got := answer{Judgement: q.judge.Judge(ctx, a.response)}
	got.Verdict.Trace = "" // depends on the step
	got.reads = got.Outcome == client.Granted && (q.primary || q.judge.Reads(ctx, a.response))
	return got
}

// makeIndex finds out which fields concern which questions.
func (q *questions) makeIndex(ctx context.Context) {
	q.byName, q.byEnding = map[string][]int{}, map[string][]int{}
	q.ofEmpty = q.askAll(ctx, newParsed(0, nil, []byte("{}")))
	for i, question := range q.list {
		exprs := question.exprs
		if q.ofEmpty[i].Outcome == client.Granted {
			exprs = slices.Concat(exprs, question.others)
		}
		read, ok := fieldsOf(exprs)
		if !ok {
			q.always = append(q.always, i)
			continue
		}
		for _, name := range read.Names {
			q.byName[name] = append(q.byName[name], i)
		}
		for _, ending := range read.Endings {
			q.byEnding[ending] = append(q.byEnding[ending], i)
		}
	}
}

// concerned reports for each question whether its answer depends on a field of the object.
func (q *questions) concerned(object map[string]any) []bool {
	out := make([]bool, len(q.list))
	mark := func(numbers []int) {
		for _, i := range numbers {
			out[i] = true
		}
	}
	mark(q.always)
	for name := range object {
		mark(q.byName[name])
		for ending, numbers := range q.byEnding {
			if strings.HasSuffix(name, ending) {
				mark(numbers)
			}
		}
	}
	return out
}

// appendAnswer appends to the key everything in an answer that can matter to a profile. Of
// the message, these are only the parts that decide between meanings of the code. It returns
// false if the key becomes too long, or if the client would change the code.
func (q *questions) appendAnswer(out *asked, question *question, got answer, a parsed) bool {
	const maxKey = 4 << 10 // bytes
	code := got.Verdict.Code
	out.key = append(out.key, byte(got.Outcome))
	if got.reads {
		out.key = append(out.key, 'r')
	}
	_, _, numbered := wordAndNumber(code)
	switch {
	case code == "":
	case slices.Contains(out.listed, code):
	case slices.Contains(out.unlisted, code):
	case question.judge.Refusal(a.response, got.Judgement).Code != code:
		return false // the client masks or truncates it
	case q.codes[code] || numbered:
		out.listed = append(out.listed, code)
	default:
		out.unlisted = append(out.unlisted, code)
	}
	if i := slices.Index(out.unlisted, code); i >= 0 {
		out.key = binary.AppendUvarint(append(out.key, 'u'), uint64(i))
	} else {
		out.key = appendText(out.key, code)
	}
	for _, message := range q.messages[code] {
		if strings.Contains(got.Verdict.Message, message) {
			out.key = appendText(out.key, message)
		}
	}
	out.key = append(out.key, 0)
	return len(out.key) <= maxKey
}

// appendText appends a text to a key so that it cannot look like what follows.
func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(append(b, '"'), uint64(len(text))), text...)
}

// fieldsOf returns the fields that expressions read. ok is false if they may read others, too.
func fieldsOf(exprs []string) (read jq.FieldSet, ok bool) {
	for _, expr := range exprs {
		if strings.TrimSpace(expr) == "" {
			continue
		}
		one, all := jq.Fields(expr)
		if !all {
			return jq.FieldSet{}, false
		}
		read = read.Union(one)
	}
	return read, true
}
