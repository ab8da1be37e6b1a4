package recipe

import (
	"fmt"
	"slices"
)

// Search finds the recipes by which a digest comes out: s, or those that depart
// from it in what vendors' documents leave open. That is the encoding and the
// hash; the order of the text's parts, and what stands between them; a part that
// is left out, or stands at both ends; parameters that are raw, sorted, behind a
// ?, those of the body, or none; slashes in the path; the method's case; seconds
// or milliseconds.
//
// value is that of the request (Request.SignValue), keys are what the key of an
// hmac can be. Those found have the fewest departures, and give the same digest
// for this request. tried is how many digests were computed: a few thousand at
// most. The error says that what is sought is no digest.
func (s Sign) Search(digest string, value func(string) (string, bool), keys []Template) (found []Sign, tried int, err error) {
	hashes, err := s.hashesOf(digest)
	if err != nil {
		return nil, 0, err
	}
	if s.Key != "" {
		keys = append([]Template{s.Key}, keys...)
	}
	seen := map[Sign]bool{}
	for _, texts := range departures(s.Text, value, keys) {
		for _, text := range texts {
			for _, v := range alternatives(text, hashes, keys) {
				if seen[v] {
					continue
				}
				seen[v] = true
				tried++
				if encoding, ok := v.gives(digest, value, s.encoding()); ok {
					v.Encoding = encoding
					found = append(found, v)
				}
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found, tried, nil
}

// hashesOf are the hashes whose digests can be as long as this one, that of s first.
func (s Sign) hashesOf(digest string) ([]string, error) {
	var out []string
	for _, h := range append([]string{s.Hash}, Hashes...) {
		sum, err := Sign{Hash: h}.sum("", "")
		if err != nil {
			return nil, err
		}
		long := slices.ContainsFunc(Encodings, func(e string) bool { return len(encode(sum, e)) == len(digest) })
		if long && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%d characters are no digest: one of sha256 has 64 in hex, 44 in base64, 43 in base64url; of sha1 40, 28, 27; of md5 32, 24, 22", len(digest))
	}
	return out, nil
}

// alternatives are the ways to hash a text.
func alternatives(text Template, hashes []string, keys []Template) []Sign {
	var out []Sign
	for _, h := range hashes {
		if !isKeyed(h) {
			out = append(out, Sign{Text: text, Hash: h})
			continue
		}
		for _, key := range keys {
			out = append(out, Sign{Text: text, Hash: h, Key: key})
		}
	}
	return out
}

// gives reports whether the digest comes out, and in which encoding: the first,
// if it can be that.
func (s Sign) gives(digest string, value func(string) (string, bool), first string) (encoding string, ok bool) {
	text, lacks := s.Text.Expand(value)
	key, lacksMore := s.Key.Expand(value)
	if required(append(lacks, lacksMore...)) {
		return "", false
	}
	sum, err := s.sum(text, key)
	if err != nil {
		return "", false
	}
	for _, e := range append([]string{first}, Encodings...) {
		if encode(sum, e) == digest {
			return e, true
		}
	}
	return "", false
}
