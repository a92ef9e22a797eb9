package main

import (
	"strconv"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// meanings words the values of the tags that have a fixed list.
var meanings = map[string]map[string]string{
	"v": {"1": "version 1"},
	"k": {"zia": "for Internet Access", "zpa": "for Private Access", "all": "for Internet Access and Private Access"},
	"b": {
		"on":   "switch to disaster recovery",
		"off":  "work normally, disaster recovery off",
		"test": "test mode; services restart as with on",
	},
	"m": {
		"fo": "fail-open: Internet Access traffic goes direct meanwhile",
		"fc": "fail-close: no internet meanwhile",
	},
	"n": {"2": "a set of 2 parts"},
	"p": {"1": "part 1", "2": "part 2"},
}

// meaning says what a pair means, as far as it means anything.
func meaning(tag txtrecord.Tag) string {
	if known, ok := meanings[tag.Name][tag.Value]; ok {
		return known
	}
	switch tag.Name {
	case "t":
		return instantMeaning("from", tag.Value)
	case "x":
		return instantMeaning("until", tag.Value)
	case "d":
		return "bound to this domain"
	case "bh":
		return "this part of the signature, " + strconv.Itoa(len(tag.Value)) + " characters"
	case "m":
		return "a forwarding action that no published page explains"
	case "v", "k", "b", "n", "p":
		return "not a value of the format"
	}
	return "not a tag of the format"
}

func instantMeaning(word, value string) string {
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil || seconds < 0 || seconds > txtrecord.MaxInstant || strconv.FormatInt(seconds, 10) != value {
		return "not an instant of the format"
	}
	return word + " " + bothTimes(time.Unix(seconds, 0)) + ", inclusive"
}
