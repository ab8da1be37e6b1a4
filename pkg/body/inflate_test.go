package body_test

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/body"
)

func TestInflate(t *testing.T) {
	compressed := func(text string, to func(io.Writer) io.WriteCloser) []byte {
		var b bytes.Buffer
		w := to(&b)
		_, _ = io.WriteString(w, text)
		w.Close()
		return b.Bytes()
	}
	zlibbed := func(text string) []byte {
		return compressed(text, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	}
	raw := func(text string) []byte {
		return compressed(text, func(w io.Writer) io.WriteCloser {
			deflater, _ := flate.NewWriter(w, flate.DefaultCompression)
			return deflater
		})
	}
	const limit = 1000
	for _, tt := range []struct {
		name, encoding string
		data           []byte
		want           string
		unchanged      bool // body and header
	}{
		{"zlib", "deflate", zlibbed(`{"a":1}`), `{"a":1}`, false},
		{"raw", "Deflate", raw(`{"a":1}`), `{"a":1}`, false},
		{"at most one byte more than the limit", "deflate", zlibbed(strings.Repeat("a", 1<<20)), strings.Repeat("a", limit+1), false},
		{"cut off", "deflate", zlibbed(`{"a":1}`)[:9], string(zlibbed(`{"a":1}`)[:9]), true},
		{"not compressed", "deflate", []byte(`{"a":1}`), `{"a":1}`, true},
		{"another encoding", "br", []byte("x"), "x", true},
		{"empty", "deflate", nil, "", true},
	} {
		header := http.Header{"Content-Encoding": {tt.encoding}, "Content-Length": {"1"}}
		if got := body.Inflate(header, tt.data, limit); string(got) != tt.want {
			t.Errorf("%s: %.40q", tt.name, got)
		}
		want := http.Header{}
		if tt.unchanged {
			want = http.Header{"Content-Encoding": {tt.encoding}, "Content-Length": {"1"}}
		}
		if diff := cmp.Diff(want, header); diff != "" {
			t.Errorf("%s: header %s", tt.name, diff)
		}
	}
}
