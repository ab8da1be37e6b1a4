package verify

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/exchange"
	"ssoctl/pkg/profile"
)

// Names under which Feeds tells of what is no member of read.
const (
	FeedsOK      = "(ok)"
	FeedsCode    = "(code)"
	FeedsMessage = "(message)"
	FeedsTrace   = "(trace)"
)

// mostLeaves is how many members of one answer are looked at.
const mostLeaves = 500

// Feeds says which members of an answer, by their keys as exchange.Flatten makes
// them below json, are behind which names of read: those that read otherwise
// once the member is another.
func Feeds(ctx context.Context, reader *profile.Reader, v any) map[string][]string {
	leaves := map[string]any{}
	exchange.Flatten(leaves, "json", v, strconv.Itoa)
	before := read(ctx, reader, v)
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
		after := read(ctx, reader, replaced(v, "json", key, other))
		for name := range before {
			if before[name] != after[name] {
				out[key] = append(out[key], name)
			}
		}
		slices.Sort(out[key])
	}
	return out
}

// read is all that is taken from an answer, as text.
func read(ctx context.Context, reader *profile.Reader, v any) map[string]string {
	out := map[string]string{FeedsOK: strconv.FormatBool(reader.Judge(ctx, v).OK)}
	refusal := reader.Refusal(ctx, v)
	out[FeedsCode], out[FeedsMessage], out[FeedsTrace] = refusal.Code, refusal.Message, refusal.Trace
	for name, value := range reader.Read(ctx, v) {
		out[name] = profile.Text(value)
	}
	return out
}

// replaced returns v, a JSON value under the key at, with another value under
// key; v itself stays.
func replaced(v any, at, key string, other any) any {
	if at == key {
		return other
	}
	leads := func(name string) bool { // to key
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
