package contract

import (
	"slices"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

const dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is a JSON Schema, as encoding/json encodes it.
type Schema = map[string]any

// ErrorName is the key of the schema of errors in [Schemas].
const ErrorName = "error"

// Schemas returns a JSON Schema for each command, by its path below ssoctl, and one for errors.
func Schemas() map[string]Schema {
	out := map[string]Schema{ErrorName: errorSchema()}
	for _, command := range Commands() {
		var all []any
		for _, r := range Results() {
			if !slices.Contains(r.Commands, command) {
				continue
			}
			s := object(r.Members)
			s["title"] = "ssoctl " + r.Name
			all = append(all, s)
		}
		out[command] = Schema{"$schema": dialect, "title": "ssoctl " + command + " -o json", "anyOf": all}
	}
	for _, command := range openResults() {
		out[command] = Schema{"$schema": dialect, "title": "ssoctl " + command + " -o json", "type": "object"}
	}
	return out
}

// Commands returns the paths of the commands that have results, in the order of the page.
func Commands() (paths []string) {
	for _, r := range Results() {
		for _, c := range r.Commands {
			if !slices.Contains(paths, c) {
				paths = append(paths, c)
			}
		}
	}
	return paths
}

func errorSchema() Schema {
	inner := object(Error().Members)
	var kinds, codes []any
	for _, k := range failure.Kinds() {
		kinds, codes = append(kinds, k.String()), append(codes, int(k))
	}
	members := inner["properties"].(Schema)
	members["kind"].(Schema)["enum"], members["exit"].(Schema)["enum"] = kinds, codes
	return Schema{
		"$schema": dialect, "title": "an error of ssoctl, with -o json", "type": "object",
		"properties": Schema{"error": inner}, "required": []any{"error"}, "additionalProperties": false,
	}
}

func object(members []Member) Schema {
	properties, required := Schema{}, []any{}
	for _, m := range members {
		s := value(m)
		if about := Meaning(m.Name).In(lang.EN); about != "" {
			s["description"] = about
		}
		properties[m.Name] = s
		if m.Always {
			required = append(required, m.Name)
		}
	}
	return Schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func value(m Member) Schema {
	switch m.Type {
	case Moment:
		return Schema{"type": "string", "format": "date-time"}
	case Any:
		return Schema{}
	case Texts:
		return Schema{"type": "array", "items": Schema{"type": "string"}}
	case Objects:
		return Schema{"type": "array", "items": object(m.Members)}
	case TextMap:
		return Schema{"type": "object", "additionalProperties": Schema{"type": "string"}}
	case Object:
		if m.Members != nil {
			return object(m.Members)
		}
	}
	return Schema{"type": string(m.Type)}
}
