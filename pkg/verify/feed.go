package verify

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
)

// Names that [Feeds] uses for the expressions ok, code, message and trace.
const (
	FeedsOK      = "(ok)"
	FeedsCode    = "(code)"
	FeedsMessage = "(message)"
	FeedsTrace   = "(trace)"
)

// mostLeaves limits how many fields of a response are examined.
const mostLeaves = 500

// Feeds returns, for each field of a response's body, the names in read whose values depend on
// that field. It finds them by changing one field at a time. The keys of the result are those of
// [fixture.Flatten] with the prefix json.
func Feeds(ctx context.Context, reader *profile.Reader, response profile.Response) map[string][]string {
	leaves := map[string]any{}
	fixture.Flatten(leaves, "json", response.Value, strconv.Itoa)
	before := read(ctx, reader, response)
	out := map[string][]string{}
	for i, key := range slices.Sorted(maps.Keys(leaves)) {
		if i == mostLeaves {
			break
		}
		var other any
		switch leaves[key].(type) {
		case string:
			other = "another value"
		case json.Number:
			other = json.Number("76543210")
		default:
			continue
		}
		changed := response
		changed.Value = replaced(response.Value, "json", key, other)
		after := read(ctx, reader, changed)
		for name := range before {
			if before[name] != after[name] {
				out[key] = append(out[key], name)
			}
		}
		slices.Sort(out[key])
	}
	return out
}

// read returns everything that the profile reads from a response, as text.
func read(ctx context.Context, reader *profile.Reader, r profile.Response) map[string]string {
	out := map[string]string{FeedsOK: strconv.FormatBool(reader.Judge(ctx, r).OK)}
	refusal := reader.Refusal(ctx, r)
	out[FeedsCode], out[FeedsMessage], out[FeedsTrace] = refusal.Code, refusal.Message, refusal.Trace
	all, _ := reader.Read(ctx, r)
	for name, value := range all {
		out[name] = profile.Text(value)
	}
	return out
}

// replaced returns a copy of the JSON value v in which the value at key is other. at is the key of v.
func replaced(v any, at, key string, other any) any {
	if at == key {
		return other
	}
	leads := func(name string) bool { // reports whether key is name or below it
		rest, ok := strings.CutPrefix(key[len(at)+1:], name)
		return ok && (rest == "" || rest[0] == '.')
	}
	switch x := v.(type) {
	case map[string]any:
		out := maps.Clone(x)
		for name, m := range x {
			if leads(name) {
				out[name] = replaced(m, at+"."+name, key, other)
			}
		}
		return out
	case []any:
		out := slices.Clone(x)
		for i, m := range x {
			if name := strconv.Itoa(i); leads(name) {
				out[i] = replaced(m, at+"."+name, key, other)
			}
		}
		return out
	}
	return v
}
