package contentpolicy_test

import (
	"testing"

	"ssoctl/pkg/contentpolicy"
)

// TestInline has the script and the digest of the example in W3C's Content Security Policy.
func TestInline(t *testing.T) {
	const want = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
	const script = "alert('Hello, world.');"
	for _, got := range []string{
		contentpolicy.Digest(script),
		contentpolicy.Inline("<style>a{}</style><script>"+script+"</script><script>2</script>", "script"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
