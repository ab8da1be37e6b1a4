package recipe

import (
	"hash"
	"io"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// Way is one way to compute a digest.
type Way struct {
	Make Make // in the profile's notation, as far as possible
	// How says what differs from the recipe, to follow "it was made". Beyond is the
	// part of How that no profile can express. Both are empty for the recipe itself.
	How, Beyond lang.Text
	text        secret.String
}

// Search finds out how a digest was computed: as the make of a placeholder says, or with
// variations that vendors' documents often leave open. A variant may change
//   - the hash and the encoding of the digest,
//   - the order of the parts, any order if nothing else differs, and the separator, or the
//     case of the whole text,
//   - the presence of a part: dropped, emptied, added, or repeated at the other end,
//   - the parameters: raw, decoded, sorted, after a "?", or from the body; if they are
//     sorted, their order, their encoding, and a time among them,
//   - the path: with or without slashes, or from the root of the host,
//   - the time (seconds or milliseconds, another zone) and the case of the method,
//   - the names in a text of pairs such as code={code}: their case, or the name that the
//     request has for the value,
//   - an address among the values: its scheme, port, path, query, encoding, or a # at its end; at
//     most two of these at a time.
//
// req is the result of [Recipe.Build], and name the placeholder. A placeholder for which
// isSecret is true may be the key of an HMAC. found has the ways with the fewest changes that
// give the digest for this request; those that a profile can express come first. tried is the
// number of digests that were computed. The error is a [*DigestError] or, for a private key,
// a [*NoSignatureError] if digest is not one.
func (r Recipe) Search(digest string, req *Request, name string, isSecret func(name string) bool) (found []Way, tried int, err error) {
	const deepest, maxBytes = 3, 256 << 20
	derived, _ := req.Derivation(name)
	s, err := r.search(digest, req, derived, isSecret, maxBytes)
	if err != nil {
		return nil, 0, err
	}
	s.levels(deepest)
	few := simple(s.kinds)
	for n := deepest + 1; len(s.found) == 0 && n <= len(s.kinds); n++ {
		combined(s.base, few, n, s.try)
		for _, key := range s.secrets { // the text of an HMAC seldom contains its key
			combined(s.base.without(key), few, n-1, s.try)
		}
	}
	if len(s.found) == 0 {
		s.orders()
	}
	return s.ways(), s.tried, nil
}

// search is the state of one [Recipe.Search].
type search struct {
	Make
	base    layout
	from    sources
	kinds   []kind
	secrets []Template // secrets used in the signature
	targets []target
	makers  []maker
	seen    map[string]bool
	left    int // bytes that may still be hashed
	tried   int
	found   []finding
}

// maker computes one kind of hash, with one key.
type maker struct {
	hash.Hash
	name string
	key  Template
	buf  []byte
}

type finding struct {
	layout
	*maker
	target
}

func (r Recipe) search(digest string, req *Request, derived Derivation, isSecret func(string) bool, maxBytes int) (*search, error) {
	s := &search{Make: derived.Make, left: maxBytes, seen: map[string]bool{}}
	var err error
	if derived.Make.IsSignature() {
		err = s.signatures(derived, digest)
	} else {
		s.targets, err = derived.Make.targets(digest)
	}
	if err != nil {
		return nil, err
	}
	s.from = r.sources(req, derived)
	s.base = layoutOf(derived.Make.Text, s.from.value)
	for _, t := range []Template{derived.Make.Key, derived.Make.Text} {
		for _, ph := range t.Placeholders() {
			if key := Template("{" + ph.Name + "}"); isSecret(ph.Name) && !slices.Contains(s.secrets, key) {
				s.secrets = append(s.secrets, key)
			}
		}
	}
	s.kinds = departures(s.base, s.from, s.secrets)
	if !derived.Make.IsSignature() {
		s.hashers(derived.Lookup)
	}
	return s, nil
}

// hashers prepares the hashes whose digests are as long as the target, the recipe's own
// first.
func (s *search) hashers(value func(string) (string, bool)) {
	keys := s.secrets
	if s.Key != "" {
		keys = append([]Template{s.Key}, slices.DeleteFunc(slices.Clone(keys), func(k Template) bool { return k == s.Key })...)
	}
	names := append([]string{s.Hash}, slices.DeleteFunc(slices.Clone(Hashes), func(h string) bool { return h == s.Hash })...)
	for _, name := range names {
		with := []Template{""}
		if IsKeyed(name) {
			with = keys
		}
		for _, key := range with {
			text, missing := key.Expand(value)
			h, err := newHash(name, text)
			if err != nil || required(missing) || !slices.ContainsFunc(s.targets, func(t target) bool { return len(t.sum) == h.Size() }) {
				continue
			}
			s.makers = append(s.makers, maker{h, name, key, make([]byte, 0, h.Size())})
		}
	}
}

// levels tries 0, 1, … deepest departures at a time, until something is found.
func (s *search) levels(deepest int) {
	for n := 0; len(s.found) == 0 && n <= deepest; n++ {
		combined(s.base, s.kinds, n, s.try)
	}
}

// try hashes the text of a layout that was not tried yet.
func (s *search) try(l layout) {
	if s.left <= 0 { // checked first, because a text of many parts is costly to assemble
		return
	}
	key := string(l.template()) + string(rune('0'+int(l.letters)))
	if s.seen[key] {
		return
	}
	s.seen[key] = true
	s.hash(l, func() layout { return l })
}

// hash hashes the text of a layout with every hash. found returns the layout to keep if a
// digest matches.
func (s *search) hash(l layout, found func() layout) {
	text := l.text()
	for i := range s.makers {
		m := &s.makers[i]
		m.Reset()
		_, _ = io.WriteString(m.Hash, text) // never fails
		m.buf = m.Sum(m.buf[:0])
		s.tried++
		s.left -= m.cost(text)
		for _, t := range s.targets {
			if t.sum == string(m.buf) {
				s.found = append(s.found, finding{found(), m, t})
				break
			}
		}
	}
}

// ways returns the findings, those that a profile can express first.
func (s *search) ways() []Way {
	var out []Way
	for _, f := range s.found {
		how, beyond := f.departs(s.base)
		if f.name != s.Hash {
			how = append(how, hashWords(f.name, f.key, s.Make))
		} else if f.key != s.Key {
			how = append(how, lang.Text{EN: "with the key " + string(f.key), ZH: "密钥用 " + string(f.key)})
		}
		if f.encoding != s.encoding() {
			words := encodingWords(f.encoding, s.encoding())
			how = append(how, words)
			if !slices.Contains(Encodings, f.encoding) {
				beyond = append(beyond, words)
			}
		}
		out = append(out, Way{Make{Text: f.template(), Hash: f.name, Encoding: f.encoding, Key: f.key}, phrase(how), phrase(beyond), secret.New(f.text())})
	}
	slices.SortStableFunc(out, func(a, b Way) int { return order(a.Beyond.IsZero(), b.Beyond.IsZero()) })
	return out
}

func hashWords(hash string, key Template, own Make) lang.Text {
	not := own.Hash
	if IsKeyed(hash) && key != own.Key {
		return lang.Text{EN: "by " + hash + " with the key " + string(key) + " instead of " + not, ZH: "哈希用 " + hash + "（密钥为 " + string(key) + "），而不是 " + not}
	}
	return lang.Text{EN: "by " + hash + " instead of " + not, ZH: "哈希用 " + hash + "，而不是 " + not}
}
