package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/atomicfile"
	"ssoctl/pkg/cache"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/keyring"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/reference"
)

// Machine checks what all profiles share: the folders for logins and tokens, the keyring
// and, if a profile needs them, the browsers and the terminal.
type Machine struct {
	Logins, Codes string // folders of started logins and of sent codes; "" without a home folder
	Tokens        cache.Folder
	Fleet         *fleet.Store // where many machines share tokens; nil if they do not
	Now           func() time.Time
	Refs          reference.Resolver
	Env           func(string) (string, bool)
	Terminal      bool // there is a terminal, of this size
	Columns, Rows int
	QR            qr.Style
}

// Examine runs the checks that the profiles need.
func (m Machine) Examine(ctx context.Context, profiles []*profile.Profile) []Finding {
	found := []Finding{m.state(), m.cache(ctx), m.keyring(profiles)}
	if m.Fleet != nil {
		found = slices.Insert(found, 2, m.fleet(ctx))
	}
	shows := func(p *profile.Profile) bool { return p.Authorize != nil }
	scans := func(p *profile.Profile) bool { return shows(p) && p.Authorize.Scan }
	if slices.ContainsFunc(profiles, shows) {
		found = append(found, m.browser())
	}
	if slices.ContainsFunc(profiles, scans) {
		found = append(found, m.chrome())
		found = append(found, m.terminal()...)
	}
	return found
}

// state checks that started logins can be saved where only the user can read them.
func (m Machine) state() Finding {
	f := Finding{Check: "state", Status: Fail}
	if m.Logins == "" {
		f.What = lang.Text{EN: "there is no home folder, so no login can be remembered", ZH: "没有主目录，无法记住登录"}
		f.Do = lang.Text{EN: "Set HOME or XDG_STATE_HOME.", ZH: "请设置 HOME 或 XDG_STATE_HOME。"}
		return f
	}
	dir := filepath.Dir(m.Logins)
	err := writable(dir)
	for _, folder := range []string{m.Logins, m.Codes} {
		err = cmp.Or(err, private.MkdirAll(folder))
	}
	return folderFinding(f, dir, "XDG_STATE_HOME", err)
}

// cache checks that application tokens can be cached and locked. If they cannot,
// every run fetches a new token, so it is only a warning.
func (m Machine) cache(ctx context.Context) Finding {
	f := Finding{Check: "cache", Status: Warn}
	if m.Tokens.Dir == "" {
		f.What = lang.Text{EN: "there is no home folder, so every run fetches a new token", ZH: "没有主目录，每次运行都会重新获取令牌"}
		f.Do = lang.Text{EN: "Set HOME or XDG_CACHE_HOME.", ZH: "请设置 HOME 或 XDG_CACHE_HOME。"}
		return f
	}
	lock, err := m.Tokens.Lock(ctx, cache.Key{Name: "doctor"}, func() {})
	if err == nil {
		lock.Unlock()
	}
	return folderFinding(f, m.Tokens.Dir, "XDG_CACHE_HOME", err)
}

// fleet checks that tokens can be shared with other machines. If they cannot, this machine
// uses its own cache, so it is only a warning.
func (m Machine) fleet(ctx context.Context) Finding {
	f := Finding{Check: "cache", Status: OK, What: plain(m.Fleet.Address().String())}
	if why, ok := m.Fleet.Check(ctx, m.Now()); !ok {
		f.Status = Warn
		f.What = lang.Sprintf(lang.Text{EN: "%s cannot be used: %s", ZH: "无法使用 %s：%s"}, m.Fleet.Address(), why)
		f.Do = lang.Text{EN: "Check the address, and the rights of its user: docs/fleets.md lists them.", ZH: "请检查地址和用户的权限；所需权限见 docs/fleets.md。"}
	}
	return f
}

// folderFinding completes f for one of ssoctl's folders. err says why the folder cannot be
// used; nil if it can.
func folderFinding(f Finding, dir, variable string, err error) Finding {
	if err != nil {
		f.What = lang.Sprintf(lang.Text{EN: "cannot be used: %v", ZH: "无法使用：%v"}, err)
		f.Do = lang.Text{EN: "Make yourself its owner, or set " + variable + " to a folder that you own.", ZH: "请修正其属主，或把 " + variable + " 指向自己的目录。"}
		return f
	}
	if open := openToOthers(dir); open != "" && runtime.GOOS != "windows" {
		f.Status = Warn
		f.What = lang.Text{EN: open + " can be read by others on this machine", ZH: "本机其他用户能读 " + open}
		f.Do = plain("chmod -R go-rwx " + shellquote.Join(dir))
		return f
	}
	f.Status = OK
	f.What = plain(dir)
	return f
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return atomicfile.Writable(dir)
}

// keyring checks that the keyring can be read, if a profile uses it. Otherwise it
// leaves the keyring alone, because a locked one would ask for a password.
func (m Machine) keyring(profiles []*profile.Profile) Finding {
	f := Finding{Check: "keyring", Status: OK}
	for _, p := range profiles {
		for _, name := range p.InputNames() {
			text, _ := p.Given(name)
			entry, uses := strings.CutPrefix(text, "keyring:")
			if !uses {
				continue
			}
			_, err := m.Refs.Keyring(entry)
			if stored := (*keyring.Error)(nil); errors.As(err, &stored) && !stored.Missing() {
				f.Status, f.What, f.Do = Fail, lang.Of(err), stored.Hint()
				return f
			}
			f.What = lang.Text{EN: "can be read", ZH: "可以读取"} // the check of each input says whether its entry exists
		}
	}
	if f.What.IsZero() {
		f.What = lang.Text{EN: "not tried: no profile reads secrets from it", ZH: "未检查：没有接入配置从中取值"}
	}
	return f
}

// openToOthers returns the first folder or file in dir, or dir itself, that other users
// can access; "" if there is none.
func openToOthers(dir string) (path string) {
	_ = filepath.WalkDir(dir, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Type() == fs.ModeSymlink { // its mode means nothing
			return nil
		}
		if info, err := entry.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			path = at
			return fs.SkipAll
		}
		return nil
	})
	return path
}

// browser looks for a program that opens a browser.
func (m Machine) browser() Finding {
	f := Finding{Check: "browser", Status: OK}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		f.What = lang.Text{EN: "the system's default browser", ZH: "系统默认浏览器"}
		return f
	}
	for _, program := range []string{"xdg-open", "x-www-browser", "www-browser", "wslview"} { // as cli/browser
		path, err := exec.LookPath(program)
		if err != nil {
			continue
		}
		f.What = plain(path)
		x, _ := m.Env("DISPLAY")
		wayland, _ := m.Env("WAYLAND_DISPLAY")
		if x+wayland == "" && program != "wslview" {
			f.Status = Warn
			f.What = lang.Text{EN: path + ", but there is no display", ZH: path + "，但没有图形界面"}
			f.Do = lang.Text{EN: "Open the address elsewhere: ssoctl login --no-browser", ZH: "请在别处打开地址：ssoctl login --no-browser"}
		}
		return f
	}
	f.Status = Warn
	f.What = lang.Text{EN: "no program that opens a browser is installed", ZH: "没有可打开浏览器的程序"}
	f.Do = lang.Text{EN: "Install xdg-utils, or open the address yourself: ssoctl login --no-browser", ZH: "请安装 xdg-utils，或自行打开地址：ssoctl login --no-browser"}
	return f
}

// chrome looks for the browser that qrlogin --via mirror needs.
func (m Machine) chrome() Finding {
	path, err := mirror.Find("", runtime.GOOS, m.Env)
	if err == nil {
		return Finding{Check: "chrome", Status: OK, What: plain(path)}
	}
	return Finding{
		Check: "chrome", Status: Warn, What: lang.Text{EN: err.Error(), ZH: "没有安装 Chromium 或 Chrome"},
		Do: lang.Text{EN: "You need it only to mirror a scan page in the terminal (qrlogin --via mirror).", ZH: "只有在终端里镜像扫码页（qrlogin --via mirror）时才需要。"},
	}
}

// terminal says whether a QR code fits the terminal. It returns nothing without a
// terminal.
func (m Machine) terminal() []Finding {
	picture, err := qr.Terminal(strings.Repeat("x", 120), m.QR) // about the length of a scan address
	if !m.Terminal || err != nil {
		return nil
	}
	size := fmt.Sprintf("%d×%d", m.Columns, m.Rows)
	f := Finding{Check: "terminal", Status: OK, What: plain(size)}
	if needed := fmt.Sprintf("%d×%d", picture.Width, len(picture.Lines)+1); picture.Width > m.Columns || len(picture.Lines) >= m.Rows {
		f.Status = Warn
		f.What = lang.Text{EN: size + " is too small for a QR code", ZH: size + "，放不下二维码"}
		f.Do = lang.Text{EN: "Make it " + needed + " or larger.", ZH: "请放大到 " + needed + " 以上。"}
	}
	return []Finding{f}
}
