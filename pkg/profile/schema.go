package profile

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/exactjson"
)

// Schema returns a JSON Schema, draft 2020-12, of a configuration file. It is made from the
// types and tags that the decoder uses, so it has exactly the keys that decoding accepts.
// Where lint knows all values of a key, the schema lists them.
//
// It cannot know which inputs a profile inherits. So it accepts any key of a profile whose
// value could be that of an input.
func Schema() []byte {
	w := schemaWriter{keys: schemaKeys(), defs: map[string]*schema{}}
	root := w.object(reflect.TypeFor[configuration]())
	root.Dialect = "https://json-schema.org/draft/2020-12/schema"
	root.Title = "ssoctl configuration file"
	root.Defs = w.defs
	text, err := exactjson.EncodeIndented(root)
	if err != nil {
		panic(err) // the members of schema can always be encoded
	}
	return text
}

// configuration has the keys of a configuration file. [File.check] checks them.
type configuration struct {
	Cache          string             `toml:"cache"`
	DefaultProfile string             `toml:"default_profile"`
	Profiles       map[string]Profile `toml:"profiles"`
	Trusted        []string           `toml:"trusted"`
}

// schema is a JSON Schema. Members that would be empty are left out.
type schema struct {
	Dialect     string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Type        any                `json:"type,omitempty"` // a string, or a list of them
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	MinLength   int                `json:"minLength,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Additional  any                `json:"additionalProperties,omitempty"` // a *schema or false
	Not         any                `json:"not,omitempty"`
	Defs        map[string]*schema `json:"$defs,omitempty"`
}

type schemaWriter struct {
	keys map[string]schemaKey
	defs map[string]*schema // by the name of the type, in lower case
}

// of returns the schema of TOML values that are decoded into the type.
func (w *schemaWriter) of(t reflect.Type) *schema {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return &schema{Type: "string", Pattern: durationPattern}
	case t.Kind() == reflect.Pointer:
		return w.of(t.Elem())
	case t.Kind() == reflect.Interface:
		return &schema{}
	case t.Kind() == reflect.Struct:
		return w.reference(t)
	case t.Kind() == reflect.Map:
		return &schema{Type: "object", Additional: w.of(t.Elem())}
	case t.Kind() == reflect.Slice:
		return &schema{Type: "array", Items: w.of(t.Elem())}
	case t.Kind() == reflect.Bool:
		return &schema{Type: "boolean"}
	case t.Kind() == reflect.String:
		return &schema{Type: "string"}
	}
	return &schema{Type: "integer"}
}

// durationPattern matches what [time.ParseDuration] accepts, except negative durations.
const durationPattern = `^\+?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`

// reference returns a reference to the schema of a struct, among the definitions.
func (w *schemaWriter) reference(t reflect.Type) *schema {
	name := strings.ToLower(t.Name())
	if w.defs[name] == nil {
		w.defs[name] = &schema{} // a type that contains itself must not be written again
		*w.defs[name] = *w.object(t)
	}
	return &schema{Ref: "#/$defs/" + name}
}

// object returns the schema of the table that is decoded into a struct.
func (w *schemaWriter) object(t reflect.Type) *schema {
	out := &schema{Type: "object", Properties: map[string]*schema{}, Additional: false}
	for key, index := range fieldsOf(t) {
		owner := t // the struct that has the field, which may be embedded
		for _, i := range index[:len(index)-1] {
			owner = owner.Field(i).Type
		}
		k := w.keys[strings.ToLower(owner.Name())+"."+key]
		out.Properties[key] = k.applyTo(w.of(t.FieldByIndex(index).Type))
		if k.required {
			out.Required = append(out.Required, key)
		}
	}
	slices.Sort(out.Required)
	if t == reflect.TypeFor[Profile]() {
		out.Properties["extends"] = w.keys["profile.extends"].applyTo(&schema{Type: "string", MinLength: 1})
		out.Additional = &schema{Description: "the value of an input", Type: scalarTypes}
	}
	if t == reflect.TypeFor[Callback]() {
		out.Type, out.Not = []string{"object", "boolean"}, map[string]any{"const": true}
	}
	if t == reflect.TypeFor[Also]() { // another request for a step, which lint allows no yields
		delete(out.Properties, "yields")
	}
	return out
}

// scalarTypes are the types of a value that is neither a table nor a list, nor a number with
// a fraction.
var scalarTypes = []string{"string", "integer", "boolean"}

// schemaKey is what the schema says about a key besides its type.
type schemaKey struct {
	text     string
	values   []string // all allowed values of a string, or keys of a table; nil for any
	types    []string // the allowed types, if the decoder accepts any
	required bool
	repeats  bool // the keys of a table may have a list of strings instead of a string
}

func (k schemaKey) applyTo(s *schema) *schema {
	s.Description = k.text
	members, isMap := s.Additional.(*schema)
	switch {
	case isMap && k.repeats:
		members.Type, members.Items = []string{"string", "array"}, &schema{Type: "string"}
	case isMap && k.types != nil:
		members.Type = k.types
	case k.types != nil:
		s.Type = k.types
	}
	switch {
	case isMap && k.values != nil:
		s.Properties, s.Additional = map[string]*schema{}, false
		for _, name := range k.values {
			s.Properties[name] = members
		}
	case k.values != nil:
		s.Enum = k.values
	}
	return s
}

// words returns values of a string type as strings.
func words[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
