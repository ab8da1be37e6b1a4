package body

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"ssoctl/pkg/exactjson"
)

// MaxDepth is the maximum depth of elements in XML.
const MaxDepth = 1000

var errXML = errors.New("not XML")

// XML decodes XML in UTF-8 in the notation of Python's xmltodict: an element is an object
// with its children under their local names, its attributes as "@name", and its text as
// "#text". An element with text alone is a string, and an empty one is null. If a name
// repeats, its value is a list. White space around text and declarations of namespaces are
// left out.
//
// XML refuses document type declarations and the entities that they define. The error is
// [exactjson.ErrTooMany] if there are more than [exactjson.MaxValues] elements and
// attributes.
func XML(text []byte) (any, error) {
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // converted already
	w := xmlWalk{open: []*element{{}}}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return w.end()
		}
		if err == nil {
			err = w.take(token)
		}
		if err != nil {
			return nil, err
		}
	}
}

// element is an element that is not closed yet.
type element struct {
	name    string
	members map[string]any
	text    strings.Builder
}

// xmlWalk builds the value from tokens.
type xmlWalk struct {
	open  []*element // from the document, which has no name, to the innermost
	count int        // of elements and attributes
}

func (w *xmlWalk) take(token xml.Token) error {
	last := w.open[len(w.open)-1]
	switch t := token.(type) {
	case xml.Directive:
		return errXML
	case xml.CharData:
		last.text.Write(t)
	case xml.EndElement: // the decoder has matched it with its start
		w.open = w.open[:len(w.open)-1]
		w.open[len(w.open)-1].add(last.name, last.value())
	case xml.StartElement:
		if w.count += 1 + len(t.Attr); w.count > exactjson.MaxValues {
			return exactjson.ErrTooMany
		}
		if len(w.open) > MaxDepth {
			return errXML
		}
		e := &element{name: t.Name.Local}
		for _, a := range t.Attr {
			if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
				e.add("@"+a.Name.Local, a.Value)
			}
		}
		w.open = append(w.open, e)
	}
	return nil
}

// end returns the value of the document, which must be one element without text beside it.
func (w *xmlWalk) end() (any, error) {
	document := w.open[0]
	if len(w.open) > 1 || len(document.members) != 1 || strings.TrimSpace(document.text.String()) != "" {
		return nil, errXML
	}
	for _, root := range document.members {
		if _, repeats := root.([]any); repeats {
			return nil, errXML
		}
	}
	return document.members, nil
}

// add adds a member. Members with the same name become a list.
func (e *element) add(name string, v any) {
	if e.members == nil {
		e.members = map[string]any{}
	}
	before, repeats := e.members[name]
	list, isList := before.([]any)
	switch {
	case !repeats:
		e.members[name] = v
	case isList:
		e.members[name] = append(list, v)
	default:
		e.members[name] = []any{before, v}
	}
}

func (e *element) value() any {
	text := strings.TrimSpace(e.text.String())
	switch {
	case len(e.members) == 0 && text == "":
		return nil
	case len(e.members) == 0:
		return text
	case text != "":
		e.add("#text", text)
	}
	return e.members
}
