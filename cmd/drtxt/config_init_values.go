package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
)

// checkValue refuses a value that its key does not take, and a file that is not what it
// has to be.
func (c *newConfiguration) checkValue(key configuration.Key, value string) error {
	if strings.ContainsFunc(value, unprintable) {
		return refusal(fmt.Errorf("%s holds what does not print, which the file cannot say", quoted(value)), "name it otherwise")
	}
	if wanted := key.Check(value); wanted != "" {
		return refusal(fmt.Errorf("%s is not %s", quoted(value), wanted), "give "+wanted)
	}
	switch key.String() {
	case "public":
		_, err := keygen.LoadPublicKey(value)
		return err
	case "key":
		return checkLocked(value)
	case "signer-command", "publish.zone-file":
		return checkThere(value)
	case "publish.tsig-file":
		return c.checkTSIG(value)
	case "zone":
		return c.checkZone(value)
	}
	return nil
}

// checkThere refuses a path at which there is no file.
func checkThere(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return refusal(fmt.Errorf("%s is not a regular file", quoted(path)), "give the file itself")
	}
	if err != nil {
		return refusal(pathError("looking at", path, err), "check the path")
	}
	return nil
}

func (c *newConfiguration) checkTSIG(path string) error {
	if err := checkThere(path); err != nil {
		return err
	}
	data, err := readBounded(c.env, path, maxKeyFile, "give it the key alone")
	if err != nil {
		return err
	}
	defer clear(data)
	warnExposed(c.env, path)
	if _, err := dnsupdate.ParseKey(data); err != nil {
		return withHint(fmt.Errorf("%s: %w", quoted(path), err), "give it the key as tsig-keygen writes it")
	}
	return nil
}

func (c *newConfiguration) checkZone(zone string) error {
	host := formatOptions{zone: zone}
	if c.domain == "" {
		return nil // it is checked once the domain is known
	}
	_, _, err := host.zoneOf(c.env, c.domain, true)
	return err
}
