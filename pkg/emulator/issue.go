package emulator

import (
	"encoding/base32"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// How long things last where the profile does not say.
const (
	codeLifetime    = 10 * time.Minute
	tokenLifetime   = 2 * time.Hour
	refreshLifetime = 60 * 24 * time.Hour
	// memory is how much longer they are known, so that something expired or
	// used can be told from something unknown; and how long a {uuid} is.
	memory = time.Hour
)

// state is everything that an emulator remembers.
type state struct {
	codes   shelf[code]
	access  shelf[token] // users' tokens
	apps    shelf[token] // applications' own
	refresh shelf[token]
	handed  shelf[User]     // other values that answers held
	uuids   shelf[struct{}] // of requests
	random  [20]byte        // what was last read of Options.Rand
	faults  []*Fault        // as they were armed
}

func newState() state {
	return state{
		codes: newShelf[code](), access: newShelf[token](), apps: newShelf[token](), refresh: newShelf[token](),
		handed: newShelf[User](), uuids: newShelf[struct{}](),
	}
}

// login is one user's consent: every token that came of it hangs on it.
type login struct {
	user    User
	gave    bool  // a token
	revoked int64 // the request by which, 0 for none
}

type code struct {
	redirectURI string
	challenge   string // by S256; "" when none was given
	expires     time.Time
	issued      time.Time
	by          int64     // the request that it was issued to, 0 for none
	used        time.Time // zero until it is
	usedBy      int64     // the request that did
	login       *login
}

type token struct {
	expires   time.Time
	issued    time.Time
	by        int64     // the request that it was issued to
	retired   time.Time // of a refresh token: when another took its place
	retiredBy int64     // the request to which
	login     *login    // nil for an application's own
}

// issued is a code, and where the browser goes with it.
type issued struct{ code, redirectURI, callback string }

// IssueCode hands out a code as the vendor does once a user has logged in. The
// error says which profile is not served or takes no codes, or what of the grant
// the vendor would not accept, or that there is no such user.
func (e *Emulator) IssueCode(name string, g Grant) (string, error) {
	v, err := e.vendor(name)
	if err != nil {
		return "", err
	}
	out, err := e.issueCode(v, g)
	return out.code, err
}

func (e *Emulator) issueCode(v *vendor, g Grant) (issued, error) {
	if !v.takesCode() {
		return issued{}, fmt.Errorf("emulator: no step of %s takes a code", v.p.Name)
	}
	if g.RedirectURI == "" {
		g.RedirectURI = v.redirectURI()
	}
	if err := v.check(g); err != nil {
		return issued{}, fmt.Errorf("emulator: %s: %w", v.p.Name, err)
	}
	user, err := e.user(g.User)
	if err != nil {
		return issued{}, fmt.Errorf("emulator: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.issue(v, g, user)
}

// issue makes a code for a grant that was checked. The lock is held.
func (e *Emulator) issue(v *vendor, g Grant, user User) (issued, error) {
	param, lasts := "code", codeLifetime
	if a := v.p.Authorize; a != nil {
		param = a.CodeParams()[0]
		if a.Callback.Lifetime > 0 {
			lasts = a.Callback.Lifetime
		}
	}
	text, err := e.fresh()
	if err != nil {
		return issued{}, err
	}
	now := e.now()
	e.state.codes.put(key{v.p.Name, "code", text}, code{
		redirectURI: g.RedirectURI, challenge: g.CodeChallenge, expires: now.Add(lasts), issued: now, by: g.by, login: &login{user: user},
	}, now, now.Add(lasts+memory))
	return issued{text, g.RedirectURI, g.back(param, text)}, nil
}

// fresh makes a code or a token: "emulated", so that nobody takes it for a real
// one, and 160 random bits in base32. It is letters and digits only, because some
// clients split tokens at other characters. The caller holds the lock.
func (e *Emulator) fresh() (string, error) {
	if _, err := io.ReadFull(e.opts.Rand, e.state.random[:]); err != nil {
		return "", fmt.Errorf("emulator: no randomness: %w", err)
	}
	const says = "emulated"
	var b [len(says) + 32]byte
	lower.Encode(b[copy(b[:], says):], e.state.random[:])
	return string(b[:]), nil
}

// lower is base32 in lower case.
var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// uuid makes a UUIDv4, all zeros where there is no randomness.
func (e *Emulator) uuid() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	u, _ := uuid.NewRandomFromReader(e.opts.Rand)
	return u.String()
}
