package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/drtxt/drtxt/internal/configuration"
)

// A foundWarning is what was said of a configuration that merely lay in the working
// directory: whoever put it there may be somebody else.
type foundWarning struct {
	// about is the domain that the run is about, empty where there is none or several.
	about string
	said  map[string]bool
}

// warnOfFound says what such a configuration has set, and what it hides, each once in a
// run. domain is the one that the run is about, if there is just one.
func warnOfFound(env *environment, domain string, taken []configuration.Setting) {
	s := &env.settings
	if !s.found {
		return
	}
	var words []string
	if s.warned == nil {
		s.warned = &foundWarning{about: domain, said: map[string]bool{}}
		words = hiddenByFound(env)
	}
	if news := s.warned.news(s, taken); len(news) > 0 {
		words = append(words, "sets "+strings.Join(news, ", "))
	}
	if len(words) > 0 {
		env.note("warning: ./%s, which was found in this folder, %s; --config names another file", configuration.FileName, strings.Join(words, " and "))
	}
}

// hiddenByFound names the user's own configuration, if there is one.
func hiddenByFound(env *environment) []string {
	path, err := userConfiguration(env)
	if err != nil {
		return nil
	}
	if _, err := os.Lstat(path); err != nil {
		return nil
	}
	return []string{"is read in place of " + quoted(path)}
}

// news are what was not said yet of the domains and the settings that were taken.
func (w *foundWarning) news(s *settings, taken []configuration.Setting) []string {
	var all []string
	for _, domain := range s.tookDomains {
		all = append(all, "domain "+inBothForms(s.file, domain))
	}
	for _, setting := range taken {
		words := setting.Key.String() + " " + fewInWords(setting.Values)
		if setting.Domain != "" && setting.Domain != w.about {
			words += " for " + setting.Domain
		}
		all = append(all, words)
	}
	var news []string
	for _, words := range all {
		if !w.said[words] {
			w.said[words] = true
			news = append(news, words)
		}
	}
	return news
}

// fewInWords lists values, the first of them where there are many.
func fewInWords(values []string) string {
	const few = 4
	words := unmistakable(values)
	if len(words) > few {
		words = append(words[:few], fmt.Sprintf("%d more", len(words)-few))
	}
	return strings.Join(words, " and ")
}

// unmistakable are values for a person: what could be mistaken for several is quoted.
func unmistakable(values []string) []string {
	var all []string
	for _, value := range values {
		if value == "" || strings.ContainsAny(value, " ,;\"") {
			value = quoted(value)
		}
		all = append(all, value)
	}
	return all
}
