package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// Sources are where settings come from.
type Sources struct {
	// Flags are those of the command, parsed; nil: none.
	Flags *pflag.FlagSet
	// Env is the environment, as NAME=value.
	Env []string
}

// Value is a setting as it was found.
type Value struct {
	Setting
	// Value is its value; stars where it is secret.
	Value string
	// Origin says where it was found: default, a file, a variable or a flag.
	Origin string
}

// Problems is everything that is wrong with the settings.
type Problems []string

// Error lists the problems, one a line.
func (p Problems) Error() string { return strings.Join(p, "\n") }

// layer is one source, with a word for where it is.
type layer struct {
	values *koanf.Koanf
	origin func(Setting) string
}

// Load reads and checks the settings. Its error, if any, is of type [Problems];
// the values are answered all the same, to be shown.
func Load(from Sources) (*Config, []Value, error) {
	l := &loader{}
	defaults := map[string]any{}
	for _, s := range settings {
		defaults[s.Name] = s.Default
	}
	l.add(confmap.Provider(defaults, "."), nil, func(Setting) string { return "default" })
	environment := l.read(env.Provider(".", env.Opt{
		Prefix:        envPrefix,
		EnvironFunc:   func() []string { return from.Env },
		TransformFunc: l.fromEnv,
	}), nil)
	flags := koanf.New(".")
	if from.Flags != nil {
		flags = l.read(posflag.ProviderWithFlag(from.Flags, ".", nil, changed), nil)
	}
	path := flags.String(fileSetting)
	if path == "" {
		path = environment.String(fileSetting)
	}
	if path != "" {
		l.addFile(path)
	}
	l.layers = append(l.layers,
		layer{environment, func(s Setting) string { return "$" + s.Env() }},
		layer{flags, func(s Setting) string { return "--" + s.Name }})
	return l.settle()
}

type loader struct {
	layers   []layer
	problems Problems
}

func (l *loader) read(provider koanf.Provider, parser koanf.Parser) *koanf.Koanf {
	values := koanf.New(".")
	if err := values.Load(provider, parser); err != nil {
		l.problems = append(l.problems, err.Error())
	}
	return values
}

func (l *loader) add(provider koanf.Provider, parser koanf.Parser, origin func(Setting) string) {
	l.layers = append(l.layers, layer{l.read(provider, parser), origin})
}

func (l *loader) addFile(path string) {
	if _, err := os.Stat(path); err != nil {
		l.problems = append(l.problems, fmt.Sprintf("the settings file cannot be read: %v", err))
		return
	}
	values := koanf.New(".")
	if err := values.Load(file.Provider(path), yaml.Parser()); err != nil {
		l.problems = append(l.problems, fmt.Sprintf("%s: is no YAML file of settings: %v", path, err))
		return
	}
	for _, key := range values.Keys() {
		switch s := find(key); {
		case s == nil:
			l.problems = append(l.problems, fmt.Sprintf("%s: there is no setting %s%s", path, key, similar(key)))
		case s.Name == fileSetting:
			l.problems = append(l.problems, fmt.Sprintf("%s: %s cannot be set in a settings file", path, key))
		}
	}
	l.layers = append(l.layers, layer{values, func(Setting) string { return path }})
}

// injected are variables that Kubernetes sets for a service that is named
// maecenas; nobody meant them as settings.
var injected = regexp.MustCompile(`^MAECENAS_(SERVICE_(HOST|PORT.*)|PORT(_.*)?)$`)

// kernelVariable names the kernel of the index. It is no setting of the server: every
// command goes by it, and it is read when the program starts.
const kernelVariable = envPrefix + "KERNEL"

// fromEnv finds the setting of a variable; an empty key leaves it out.
func (l *loader) fromEnv(name, value string) (string, any) {
	for _, s := range settings {
		if s.Env() == name {
			return s.Name, value
		}
	}
	if !injected.MatchString(name) && name != kernelVariable {
		key := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, envPrefix), "_", "-"))
		l.problems = append(l.problems, fmt.Sprintf("$%s: there is no such setting%s", name, similar(key)))
	}
	return "", nil
}

func changed(flag *pflag.Flag) (string, any) {
	if !flag.Changed || find(flag.Name) == nil {
		return "", nil
	}
	return flag.Name, flag.Value.String()
}

// settle takes each setting from the last layer that has it.
func (l *loader) settle() (*Config, []Value, error) {
	config := &Config{}
	values := make([]Value, 0, len(settings))
	for _, s := range settings {
		v := Value{Setting: s}
		for _, layer := range l.layers {
			if layer.values.Exists(s.Name) {
				v.Value, v.Origin = text(layer.values.Get(s.Name)), layer.origin(s)
			}
		}
		if err := s.set(config, v.Value); err != nil {
			l.problems = append(l.problems, fmt.Sprintf("%s (%s): %q %v", s.Name, v.Origin, shown(s, v.Value), err))
		}
		v.Value = shown(s, v.Value)
		values = append(values, v)
	}
	l.together(config, values)
	if len(l.problems) > 0 {
		return nil, values, l.problems
	}
	return config, values, nil
}

// text is a value as a flag would have it; a list of the file has commas.
func text(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	parts := make([]string, len(list))
	for i, part := range list {
		parts[i] = fmt.Sprint(part)
	}
	return strings.Join(parts, ",")
}

// together checks what settings must be together.
func (l *loader) together(config *Config, values []Value) {
	if (config.TLSCert == "") != (config.TLSKey == "") {
		l.problems = append(l.problems, "tls-cert and tls-key belong together: give both, or none")
	}
	protected := config.TLSCert != "" || config.TLSKey != "" || config.BehindTLSProxy
	for _, v := range values {
		if v.Name != "http" && v.Name != "grpc" {
			continue
		}
		if err := CheckListen(v.Value, protected); errors.Is(err, ErrNotLoopback) {
			l.problems = append(l.problems, fmt.Sprintf("%s (%s): %q %v", v.Name, v.Origin, v.Value, err))
		}
	}
}

func shown(s Setting, value string) string {
	if s.Secret && value != "" {
		return "********"
	}
	return value
}

func find(name string) *Setting {
	i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &settings[i]
}

// similar suggests a setting that a wrong name may have meant.
func similar(name string) string {
	letters := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(s))
	}
	for _, s := range settings {
		a, b := letters(s.Name), letters(name)
		if strings.Contains(a, b) || strings.Contains(b, a) {
			return "; there is " + s.Name
		}
	}
	return "; maecenas config lists all"
}
