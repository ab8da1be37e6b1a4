package mirror_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The files in zxing are those of the package that its README.md names.
func TestZXingIsUnchanged(t *testing.T) {
	got := map[string]string{}
	for _, name := range []string{"reader.js", "zxing_reader.wasm"} {
		data, err := os.ReadFile(filepath.Join("zxing", name))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	want := map[string]string{
		"reader.js":         "ffd72d59d54082194f7c086b384dcd930bdeb0c5b39fbb13779694e69bb0d344",
		"zxing_reader.wasm": "5003fb4b88c4fbd1fd518a2fd8c8ad365c519e183a08c03a322dddfea3cea84e",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checksums (-want +got):\n%s", diff)
	}
	// reader.js names its version, and the checksum of its zxing_reader.wasm.
	for name, parts := range map[string][]string{"README.md": {" 3.1.6,"}, "reader.js": {"`3.1.6`", want["zxing_reader.wasm"]}} {
		data, err := os.ReadFile(filepath.Join("zxing", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !bytes.Contains(data, []byte(part)) {
				t.Errorf("%s does not contain %s", name, part)
			}
		}
	}
}
