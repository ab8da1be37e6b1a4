package cmd_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors maps each package to its floor. A package may import only lower floors.
var floors = map[string]int{
	"pkg/lang": -2, "pkg/printable": -1, "pkg/atomicfile": -1, "pkg/jq": -1, "pkg/key": -1, "pkg/failure": -1, // lower than 0, because floor 0 imports them
	"pkg/exactjson": -2, "pkg/bom": -2, "pkg/contentpolicy": -2, "pkg/body": -1, "pkg/basicauth": -1, "pkg/suggestion": -1, "pkg/localhost": -1,
	"pkg/secret": 0, "pkg/ci": 0, "pkg/child": 0, "pkg/qr": 0, "pkg/loopback": 0, "pkg/render": 1, "pkg/contract": 1, "pkg/interrupt": 0, "pkg/xdg": 0, "pkg/private": 0,
	"pkg/fixture": 0, "pkg/cert": 0, "pkg/transport": 1, "pkg/keyboard": 0, "pkg/terminal": 0, "pkg/browsertest": 0,
	"pkg/manual": 1, "pkg/commandline": 1, "pkg/help": 2, "pkg/jwt": 2, "pkg/profiletext": 3, "pkg/profiletest": 3, "pkg/project": 3, "pkg/regularfile": -1, "pkg/prompt": 1, "pkg/setup": 3,
	"pkg/expiring": 1, "pkg/pending": 3, "pkg/cache": 2, "pkg/httpcache": 2, "pkg/fleet": 3, "pkg/redistest": 0, "pkg/nettest": -1,
	"pkg/reference": 1, "pkg/scrub": 1, "pkg/recipe": 1, "pkg/trust": 2, "pkg/record": 2, "pkg/keyring": 1, "profiles": 1, "pkg/mirror": 1, "pkg/profile": 2, "pkg/client": 3, "pkg/scanpage": 3, "pkg/login": 4,
	"pkg/output": 4, "pkg/signature": 4, "pkg/curlscript": 4, "pkg/handoff": 4,
	"pkg/oidc": 0, "pkg/emulator/sign": 0, "pkg/emulator/person": 3, "pkg/emulator/fault": 3, "pkg/emulator/ledger": 3, "pkg/emulator/remote": 5, "pkg/emulator/environment": 5, "pkg/emulator/outcome": 5, "pkg/emulator": 4,
	"pkg/demo": 5, "pkg/verify": 4, "pkg/explain": 4, "pkg/capture": 5, "pkg/hint": 5, "pkg/doctor": 5, "pkg/present": 5, "cmd": 6, "main.go": 7, "cmd/man": 7, "cmd/platforms": 7,
}

// homes says which packages may import a library. Their tests may too; "tests" stands for
// the tests of every package.
var homes = map[string]string{
	"github.com/spf13/cobra":            "pkg/commandline pkg/help cmd cmd/man",
	"github.com/spf13/cobra/doc":        "cmd/man",
	"github.com/charmbracelet/lipgloss": "pkg/render pkg/record",
	"github.com/mdp/qrterminal":         "pkg/qr",
	"github.com/makiuchi-d/gozxing":     "tests",
	"github.com/chromedp":               "pkg/mirror pkg/browsertest tests",
	"github.com/pelletier/go-toml":      "pkg/profile",
	"github.com/zalando/go-keyring":     "pkg/keyring",
	"github.com/gomodule/redigo":        "pkg/fleet",
	"github.com/go-jose/go-jose":        "pkg/key",
	"github.com/coreos/go-oidc":         "pkg/oidc",
	"github.com/itchyny/gojq":           "pkg/jq",
	"github.com/agnivade/levenshtein":   "pkg/suggestion pkg/explain",
	"github.com/pquerna/cachecontrol":   "pkg/httpcache",
	"golang.org/x/text":                 "pkg/body pkg/bom",
}

func TestFloors(t *testing.T) {
	t.Parallel()
	const format = `{{.ImportPath}};{{join .Imports " "}};{{join .TestImports " "}} {{join .XTestImports " "}}`
	list := exec.CommandContext(t.Context(), "go", "list", "-f", format, "ssoctl/...")
	list.Env = append(list.Environ(), "GOPROXY=off")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path, imports, _ := strings.Cut(strings.TrimSpace(line), ";")
		direct, tests, _ := strings.Cut(imports, ";")
		name := strings.TrimPrefix(path, "ssoctl/")
		if path == "ssoctl" {
			name = "main.go"
		}
		floor, listed := floors[name]
		if !listed {
			t.Errorf("%s is missing from floors", name)
		}
		for _, dep := range strings.Fields(direct) {
			if dep, ours := strings.CutPrefix(dep, "ssoctl/"); ours && floors[dep] >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, dep, floors[dep])
			}
		}
		for where, deps := range map[string]string{name: direct, "tests": tests} {
			for _, dep := range strings.Fields(deps) {
				for library, home := range homes {
					at := strings.Fields(home)
					if strings.HasPrefix(dep+"/", library+"/") && !slices.Contains(at, name) && !slices.Contains(at, where) {
						t.Errorf("%s imports %s, which only %s may import", name, dep, home)
					}
				}
			}
		}
	}
}

// TestFloorsAreDocumented checks that CONTRIBUTING.md lists the same packages on each floor.
func TestFloorsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(floors)) {
		want[floors[name]] += ", `" + strings.TrimPrefix(name, "pkg/") + "`"
	}
	for floor, names := range want {
		row := fmt.Sprintf("| %s | %s | ", strings.Replace(fmt.Sprint(floor), "-", "−", 1), strings.TrimPrefix(names, ", "))
		if !strings.Contains(string(text), "\n"+row) {
			t.Errorf("CONTRIBUTING.md has no row that starts with %s", row)
		}
	}
}
