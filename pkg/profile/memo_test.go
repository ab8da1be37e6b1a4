package profile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reader returns a reader whose expressions read the fields a and b, the status and the
// headers of a response.
func reader(t *testing.T) *Reader {
	t.Helper()
	r, err := (&Profile{}).Reader(&Step{
		Name: StepToken, Reply: Reply{
			OK:      `tostring == "{\"c\":1}"`, // may read any field
			Code:    "(.a | tostring) + .b",
			Message: ".a // $status // .none",
			Trace:   ".b // ($headers | .trace) // .none",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMemo: a reader with a memo reads a response as without, even after nearly equal
// responses.
func TestMemo(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 600)
	responses := []Response{
		{Value: map[string]any{}},
		{Value: map[string]any{}, Status: 401},
		{Value: map[string]any{}, Status: 403},
		{Value: map[string]any{}, Header: http.Header{"Trace": {"1"}}},
		{Value: map[string]any{}, Header: http.Header{"Trace": {"2"}}},
		{Value: map[string]any{"a": "x", "b": "y"}},
		{Value: map[string]any{"a": "xb\x00\"y"}},
		{Value: map[string]any{"a": json.Number("1"), "b": "y"}},
		{Value: map[string]any{"a": "1", "b": "y"}},
		{Value: map[string]any{"a": nil, "b": "y"}},
		{Value: map[string]any{"a": true, "b": "y"}},
		{Value: map[string]any{"a": false, "b": "y"}},
		{Value: map[string]any{"a": []any{"x"}, "b": "y"}},
		{Value: map[string]any{"a": []any{"z"}, "b": "y"}},
		{Value: map[string]any{"a": long, "b": "1"}},
		{Value: map[string]any{"a": long, "b": "2"}},
		{Value: map[string]any{"c": json.Number("1")}},
		{Value: map[string]any{"c": json.Number("2")}},
		{Value: "text"},
		{Value: "other text"},
	}
	var memo Memo
	r := reader(t)
	for range 2 {
		for _, response := range responses {
			want, remembering := r.Judge(t.Context(), response), memo.Remember(response)
			for range 2 {
				if diff := cmp.Diff(want, r.Judge(t.Context(), remembering)); diff != "" {
					t.Errorf("%v, %d, %v (-want +got):\n%s", response.Value, response.Status, response.Header, diff)
				}
			}
		}
	}
}

// TestMemoForgetsWhatWasStopped: a memo does not store the failure of an expression whose
// context ended.
func TestMemoForgetsWhatWasStopped(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	var memo Memo
	r, response := reader(t), Response{Value: map[string]any{"a": "x", "b": "y"}}
	want, remembering := r.Judge(t.Context(), response), memo.Remember(response)
	if got := r.Refusal(ended, remembering); !errors.Is(got.Err, context.Canceled) {
		t.Fatalf("%+v", got)
	}
	for _, again := range []Response{remembering, memo.Remember(response)} {
		if diff := cmp.Diff(want, r.Judge(t.Context(), again)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestMemoIsBounded(t *testing.T) {
	t.Parallel()
	var memo Memo
	r := reader(t)
	for i := range 500 {
		r.Judge(t.Context(), memo.Remember(Response{Value: map[string]any{"a": strings.Repeat("x", i*20), "b": fmt.Sprint(i)}}))
	}
	memo.Remember(Response{})
	for _, m := range memo.expressions {
		size := 0
		for key := range m.outputs {
			size += len(key)
		}
		if len(m.outputs) > 64 || size > 64*512 || m.last != (output{}) {
			t.Errorf("%d outputs, %d bytes, remembers the last: %t", len(m.outputs), size, m.last != (output{}))
		}
	}
	if len(memo.expressions) != 4 {
		t.Errorf("%d expressions remembered, want 4", len(memo.expressions))
	}
}
