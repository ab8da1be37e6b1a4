package emulator

import (
	"encoding/base32"
	"io"
	"time"

	"github.com/google/uuid"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
)

// Lifetimes that apply unless the profile has one.
const (
	codeLifetime    = 10 * time.Minute
	tokenLifetime   = 2 * time.Hour
	refreshLifetime = 60 * 24 * time.Hour
	// memory is how long an expired or used value is remembered, so that a diagnosis
	// can tell it from an unknown one. A {uuid} is remembered as long.
	memory = time.Hour
)

// state is what an emulator has issued and received.
type state struct {
	codes          expiringMap[code]
	access         expiringMap[token] // tokens of users
	apps           expiringMap[token] // tokens of applications
	refresh        expiringMap[token]
	devices        expiringMap[*device]     // by device_code, and by user_code
	responseValues expiringMap[issuedValue] // other values from responses that requests may contain
	unique         expiringMap[struct{}]    // values that must differ in each request, such as {uuid}
	random         [20]byte                 // buffer of fresh
	faults         fault.List
	loggedIn       map[key]bool // users who have logged in, by profile and subject
}

func newState() state {
	return state{
		codes: newExpiringMap[code](limit), access: newExpiringMap[token](limit), apps: newExpiringMap[token](limit), refresh: newExpiringMap[token](limit),
		responseValues: newExpiringMap[issuedValue](limit), unique: newExpiringMap[struct{}](limit),
		devices: newExpiringMap[*device](limit), loggedIn: map[key]bool{},
	}
}

// login is one user's consent. Every token issued for it points to it.
type login struct {
	user        User
	nonce       string    // nonce in the authorize request, for the id_token; "" if it had none
	plain       bool      // see Grant
	scope       string    // scope in the authorize request; "" if it had none
	tokenIssued bool      // whether a token was issued
	revoked     int64     // number of the request that revoked it, 0 if none
	how         lang.Text // how that request revoked it
}

type code struct {
	redirectURI string
	challenge   string // code_challenge by S256, "" if none
	expires     time.Time
	issued      time.Time
	by          int64     // number of the request that it was issued to, 0 if none
	used        time.Time // zero if unused
	usedBy      int64     // number of the request that used it
	refused     bool      // that request was refused
	login       *login
}

type token struct {
	expires   time.Time
	issued    time.Time
	by        int64     // number of the request that it was issued to
	retired   time.Time // for a refresh token: when a new one replaced it
	retiredBy int64     // number of the request that replaced it
	login     *login    // nil for a token of an application
	from      *step     // the request that fetched it, for a token of an application
	scope     string    // "" if it has none
	ended     lang.Text // why it ends before its lifetime is over; zero if it does not
}

// issued is a code and the response that brings it to the application.
type issued struct {
	code     string
	callback callback
}

// Grant describes the login that a code is issued for.
type Grant struct {
	RedirectURI   string            // "" means the registered one, see Emulator.Inputs
	State         string            // returned unchanged; "" for none
	CodeChallenge string            // by S256 (RFC 7636 §4.2); "" for none
	Nonce         string            // returned in the id_token; "" for none
	User          string            // subject, username or name; "" means the default user
	plain         bool              // the login is OAuth 2.0 alone, so there is no id_token
	by            int64             // number of the request that it responds to, 0 if none
	mode          string            // its response_mode
	twice         bool              // the browser brings the response twice
	scope         string            // the scope that was asked for
	issuer        string            // forged iss of the response; "" for the true one
	seen          map[string]string // values of the request that the response repeats
}

// IssueCode returns a code as the vendor issues it after a user has logged in, so
// that a test needs no browser. It returns an error if the profile is not served or
// takes no codes, if the vendor would not accept the grant, or if the user does not
// exist.
func (e *Emulator) IssueCode(name string, g Grant) (string, error) {
	s, err := e.find(name)
	if err != nil {
		return "", err
	}
	out, err := e.issueCode(s.vendor(), g)
	return out.code, err
}

func (e *Emulator) issueCode(v *vendor, g Grant) (issued, error) {
	if !v.takesCode() {
		return issued{}, lang.Errorf(lang.Text{EN: "emulator: %s has no step that takes a code", ZH: "%s 没有使用 code 的步骤"}, v.p.Name)
	}
	if g.RedirectURI == "" {
		g.RedirectURI = v.redirectURI()
	}
	if err := v.check(g); err != nil {
		return issued{}, lang.Errorf(lang.Text{EN: "emulator: %s: %v", ZH: "%s：%v"}, v.p.Name, err)
	}
	user, err := e.user(g.User)
	if err != nil {
		return issued{}, prefixed(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.issue(v, g, user)
}

// issue makes a code for a grant that was checked. The caller holds the lock.
func (e *Emulator) issue(v *vendor, g Grant, user User) (issued, error) {
	lasts := codeLifetime
	if a := v.p.Authorize; a != nil && a.Callback.Lifetime > 0 {
		lasts = a.Callback.Lifetime
	}
	random, err := e.newToken()
	if err != nil {
		return issued{}, err
	}
	text, now := v.codeStart+random+v.codeEnd, e.now()
	e.state.codes.put(key{v.p.Name, "code", text}, code{
		redirectURI: g.RedirectURI, challenge: g.CodeChallenge, expires: now.Add(lasts), issued: now, by: g.by, login: &login{user: user, nonce: g.Nonce, scope: g.scope, plain: g.plain},
	}, now, now.Add(lasts+memory))
	return issued{text, e.granted(v, g, user, random)}, nil
}

// newToken makes a code or a token. It begins with "emulated", so that nobody takes it
// for a real one, followed by 160 random bits in base32. It has only letters and
// digits, because some clients split tokens at other characters. The caller holds
// the lock.
func (e *Emulator) newToken() (string, error) {
	if _, err := io.ReadFull(e.opts.Rand, e.state.random[:]); err != nil {
		return "", lang.Errorf(lang.Text{EN: "emulator: reading randomness: %v", ZH: "读取随机数：%v"}, err)
	}
	const prefix = "emulated"
	var b [len(prefix) + 32]byte
	lower.Encode(b[copy(b[:], prefix):], e.state.random[:])
	return string(b[:]), nil
}

// lower is base32 (RFC 4648 §6) in lower case.
var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// uuid makes a UUIDv4, or all zeros if Options.Rand fails.
func (e *Emulator) uuid() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	u, _ := uuid.NewRandomFromReader(e.opts.Rand)
	return u.String()
}
